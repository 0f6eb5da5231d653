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

    /// <summary>The number of the log that follows: this one has ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Next { get; init; }
}

/// <summary>On hand less held of a SKU, with the version of the stock level it was read from.</summary>
public sealed record AvailabilityFigure(Sku Sku, int Available, long Version);
