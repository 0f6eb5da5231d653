namespace Shop.Storage;

/// <summary>A store says which tables, queues and containers it needs; all of them are made once, before the first request.</summary>
public interface IRequiresStorage
{
    IEnumerable<StorageNeed> Needs { get; }
}

/// <summary>A table, queue or container by the name that <see cref="ShopStorage"/> takes.</summary>
public sealed record StorageNeed(StorageKind Kind, string Name);
