using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>One line of the catalogue's log: exactly one of its fields is set.</summary>
public sealed record CatalogLogLine
{
    /// <summary>A product as it stood after a change, its version inside.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Product? Product { get; init; }

    /// <summary>What can be sold of some SKUs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AvailabilityFigure>? Stock { get; init; }

    /// <summary>The words that searches take for each other, all of them, their version inside.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SynonymList? Synonyms { get; init; }

    /// <summary>What the shop says of its categories, of all of them, their version inside.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CategoryRecords? Categories { get; init; }

    /// <summary>A snapshot of this generation was made from the tables: whatever a reader holds is to be replaced by it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Rebuilt { get; init; }

    /// <summary>The number of the log that follows: this one has ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Next { get; init; }
}

/// <summary>On hand less held of a SKU, with the version of the stock it was read from.</summary>
public sealed record AvailabilityFigure(Sku Sku, int Available, long Version)
{
    /// <summary>What may be sold beyond that; <c>null</c> where nothing is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SalesPromise? Promise { get; init; }
}

public enum PromiseKind { Backorder, Preorder }

/// <summary>Goods that can be ordered before they are there.</summary>
/// <param name="Kind">Whether they come again or for the first time.</param>
/// <param name="Quantity">How many more can be promised now, beyond what is available.</param>
/// <param name="AvailableFrom">When they are expected; <c>null</c> while nobody knows, or when the day has passed without them.</param>
public sealed record SalesPromise(PromiseKind Kind, int Quantity, DateOnly? AvailableFrom);
