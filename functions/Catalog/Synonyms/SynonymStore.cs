using Shop.Storage;

namespace Shop.Catalog;

/// <summary>The synonyms, blob <c>synonyms.json</c> beside the catalogue's log.</summary>
public sealed class SynonymStore(ShopStorage storage) : CatalogDocument<SynonymList>(storage, "synonyms.json", SynonymList.None);
