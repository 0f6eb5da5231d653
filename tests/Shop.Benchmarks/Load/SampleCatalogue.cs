using System.Globalization;
using System.Text;

namespace Shop.Benchmarks.Load;

/// <summary>A catalogue file: products of three variants each, the same at every run, in words that searches find some of.</summary>
internal static class SampleCatalogue
{
    public const int Variants = 3;

    public static IReadOnlyList<string> Words { get; } =
        ["kopi", "teh", "batik", "sarung", "keramik", "anyaman", "rotan", "perak", "sambal", "kerupuk", "madu", "cokelat", "kemeja", "tas", "sepatu", "lampu", "meja", "kursi", "guci", "selendang"];

    private static readonly string[] Places = ["Gayo", "Toraja", "Jepara", "Pekalongan", "Bali", "Lombok", "Garut", "Solo", "Kotagede", "Flores", "Ternate", "Madura"];

    public static string Slug(int product) => string.Create(CultureInfo.InvariantCulture, $"{Words[product % Words.Count]}-{Places[product % Places.Length].ToLowerInvariant()}-{product:d5}");

    public static string Sku(int product, int variant) => string.Create(CultureInfo.InvariantCulture, $"BM-{product:d5}-{variant}");

    /// <param name="products">How many.</param>
    /// <param name="first">The number of the first.</param>
    public static byte[] Csv(int products, int first = 0)
    {
        var csv = new StringBuilder("handle,slug_id,slug_en,title_id,title_en,description_id,description_en,kind,category_id,category_en,attributes,option1_name_id,option1_name_en,option1_value_id,option1_value_en,sku,price_idr,weight_grams,stock\n");
        for (int product = first; product < first + products; product++)
        {
            (string word, string place, string slug) = (Words[product % Words.Count], Places[product % Places.Length], Slug(product));
            string other = Words[product / Words.Count % Words.Count];
            for (int variant = 0; variant < Variants; variant++)
            {
                string size = "SML"[variant].ToString();
                int price = 10_000 + product * 37 % 900 * 1_000 + variant * 5_000;
                csv.Append(CultureInfo.InvariantCulture, $"{slug},{(variant == 0 ? $"{slug},{slug}-en,{word} {place} {product:d5},{place} {word} {product:d5},Dibuat tangan di {place} dari bahan pilihan dan cocok bersama {other}.,Made by hand in {place} and good together with {other}.,physical,Rumah > {word},Home > {word},Asal={place};Bahan={other}" : ",,,,,,,,,")},Ukuran,Size,{size},{size},{Sku(product, variant)},{price},{200 + variant * 50},1000000\n");
            }
        }
        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
