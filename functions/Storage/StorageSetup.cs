using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Hosting;

namespace Shop.Storage;

/// <summary>Makes what the stores need before anything else starts. After the first start everything is there, and one list of each kind tells so.</summary>
public sealed class StorageSetup(ShopStorage storage, IEnumerable<IRequiresStorage> stores) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(stores.SelectMany(s => s.Needs).Distinct().GroupBy(need => need.Kind).Select(needs => MakeMissing(needs.Key, [.. needs], cancellationToken)));

    private async Task MakeMissing(StorageKind kind, IReadOnlyList<StorageNeed> needs, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> there = await storage.List(kind, cancellationToken);
        await Task.WhenAll(needs.Where(need => !there.Contains(storage.FullName(need))).Select(need => Make(need, cancellationToken)));
    }

    private async Task Make(StorageNeed need, CancellationToken cancellationToken)
    {
        try
        {
            await (need.Kind switch
            {
                StorageKind.Table => (Task)storage.Table(need.Name).CreateIfNotExistsAsync(cancellationToken),
                StorageKind.Queue => storage.Queue(need.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
                _ => storage.Container(need.Name).CreateIfNotExistsAsync(need.IsPublic ? PublicAccessType.Blob : PublicAccessType.None, cancellationToken: cancellationToken),
            });
        }
        catch (RequestFailedException made) when (made.Status == 409 && made.ErrorCode != "PublicAccessNotPermitted")
        {
            // Another instance made it at the same moment.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
