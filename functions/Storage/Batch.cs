using Azure;
using Azure.Data.Tables;

namespace Shop.Storage;

/// <summary>One entity-group transaction: at most 100 rows of one partition, all or nothing, one operation.</summary>
public sealed class Batch(TableClient table)
{
    private readonly List<TableTransactionAction> _actions = [];

    public int Count => _actions.Count;

    /// <summary>Fails the batch when the row exists: how an effect is claimed once.</summary>
    public Batch Insert(ITableEntity row) => Add(TableTransactionActionType.Add, row, default);

    /// <summary>Fails the batch when the row changed since it was read.</summary>
    public Batch Replace(ITableEntity row, ETag etag) => Add(TableTransactionActionType.UpdateReplace, row, etag);

    public Batch Upsert(ITableEntity row) => Add(TableTransactionActionType.UpsertReplace, row, default);

    public Batch Delete(ITableEntity row, ETag etag) => Add(TableTransactionActionType.Delete, row, etag);

    /// <summary>Sends the batch. <c>false</c> when a row existed already or had changed: the caller re-reads and decides again.</summary>
    /// <exception cref="RequestFailedException">Storage failed otherwise.</exception>
    public async Task<bool> TrySubmit(CancellationToken cancellationToken) => (await Submit(cancellationToken)) is not null;

    /// <summary>Sends the batch and returns the new versions in the order of the rows; <c>null</c> as in <see cref="TrySubmit"/>.</summary>
    public async Task<IReadOnlyList<ETag>?> Submit(CancellationToken cancellationToken)
    {
        try
        {
            Response<IReadOnlyList<Response>> responses = await table.SubmitTransactionAsync(_actions, cancellationToken);
            return [.. responses.Value.Select(r => r.Headers.ETag ?? default)];
        }
        catch (TableTransactionFailedException conflict) when (conflict.Status is 409 or 412 or 404)
        {
            return null;
        }
    }

    private Batch Add(TableTransactionActionType type, ITableEntity row, ETag etag)
    {
        _actions.Add(new TableTransactionAction(type, row, etag));
        return this;
    }
}
