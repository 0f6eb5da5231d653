using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>A change of what the shop says of its categories.</summary>
/// <param name="Version">Of all of them together, after it.</param>
/// <param name="Actor">Who: <c>staff:stf_…</c>, or <c>shop</c> for the sample catalogue.</param>
/// <param name="Fields">Each that is another one now; categories go by their id: <c>/cat_01kar…/texts/id/name</c>.</param>
public sealed record CategoryChange(long Version, DateTimeOffset At, string Actor, IReadOnlyList<FieldChange> Fields)
{
    internal static CategoryChange Between(CategoryRecords before, CategoryRecords after) => new(after.Version, after.UpdatedAt!.Value, after.Actor!, FieldChange.Between(Tree(before), Tree(after)));

    private static JsonObject Tree(CategoryRecords records) =>
        new(records.Categories.Select(c => KeyValuePair.Create(c.Id, JsonSerializer.SerializeToNode(c with { Version = 0, UpdatedAt = default, Actor = "" }, ShopJson.Options))));
}
