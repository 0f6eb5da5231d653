using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>What happens to the catalogue behind the requests.</summary>
public sealed class CatalogWorkers(RunImport import, RunExport export, AppendChange append, FoldCatalog fold, RebuildCatalog rebuild, BreakOffImport broken, ForgetFiles forget)
{
    /// <summary>Imports a file that staff handed in.</summary>
    [Function("RunImport")]
    public async Task RunImport([QueueTrigger("%NamePrefix%-imports")] string message, FunctionContext context)
    {
        ImportMessage asked = QueueMessages.Read<ImportMessage>(message, ImportMessage.Name, 1);
        using Activity trace = Tracing.Continue("RunImport", asked.Traceparent, ActivityKind.Consumer);
        await import.Run(asked.ImportId, context.CancellationToken);
    }

    /// <summary>Ends an import whose message was given up.</summary>
    [Function("BreakOffImport")]
    public Task BreakOff([QueueTrigger("%NamePrefix%-imports-poison")] string message, FunctionContext context) =>
        broken.Run(QueueMessages.Read<ImportMessage>(message, ImportMessage.Name, 1).ImportId, context.CancellationToken);

    /// <summary>Makes the catalogue anew from the tables.</summary>
    [Function("RunCatalogRebuild")]
    public async Task Rebuild([QueueTrigger("%NamePrefix%-catalog-rebuilds")] string message, FunctionContext context)
    {
        RebuildMessage asked = QueueMessages.Read<RebuildMessage>(message, RebuildMessage.Name, 1);
        using Activity trace = Tracing.Continue("RunCatalogRebuild", asked.Traceparent, ActivityKind.Consumer);
        await rebuild.Run(asked.RebuildId, context.CancellationToken);
    }

    /// <summary>Writes the catalogue into a file that staff asked for.</summary>
    [Function("RunExport")]
    public async Task RunExport([QueueTrigger("%NamePrefix%-exports")] string message, FunctionContext context)
    {
        ExportMessage asked = QueueMessages.Read<ExportMessage>(message, ExportMessage.Name, 1);
        using Activity trace = Tracing.Continue("RunExport", asked.Traceparent, ActivityKind.Consumer);
        await export.Run(asked.ExportId, context.CancellationToken);
    }

    /// <summary>Finishes a change of products that was interrupted.</summary>
    [Function("AppendCatalogChange")]
    public async Task AppendChange([QueueTrigger("%NamePrefix%-catalog-changes")] string message, FunctionContext context)
    {
        CatalogChange change = QueueMessages.Read<CatalogChange>(message, CatalogChange.Name, 1);
        using Activity trace = Tracing.Continue("AppendCatalogChange", change.Traceparent, ActivityKind.Consumer);
        await append.Run(change.ProductIds, context.CancellationToken);
    }

    /// <summary>Takes up a change whose message was given up.</summary>
    [Function("PostponeCatalogChange")]
    public Task Postpone([QueueTrigger("%NamePrefix%-catalog-changes-poison")] string message, FunctionContext context) =>
        append.Postpone(QueueMessages.Read<CatalogChange>(message, CatalogChange.Name, 1), context.CancellationToken);

    /// <summary>Every minute: folds the catalogue's log when it has outgrown its snapshot.</summary>
    [Function("FoldCatalog")]
    public Task FoldCatalog([TimerTrigger("0 * * * * *")] TimerInfo timer, FunctionContext context) => fold.Run(context.CancellationToken);

    /// <summary>Nightly, when the shop's first market sleeps: 02:25 in Jakarta.</summary>
    [Function("ForgetCatalogFiles")]
    public Task ForgetFiles([TimerTrigger("0 25 19 * * *")] TimerInfo timer, FunctionContext context) => forget.Run(context.CancellationToken);
}
