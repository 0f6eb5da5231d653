using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.Common;

/// <summary>
/// An ISO 4217 currency. <see cref="Exponent"/> is the number of decimals of its minor unit; <see cref="Increment"/> is the smallest
/// step, in minor units, that is charged: 100 for the rupiah, whose sen exist in ISO 4217 and nowhere else, and 10 for the dinar, whose last
/// digit card networks do not take (https://docs.stripe.com/currencies#three-decimal).
/// </summary>
[JsonConverter(typeof(CurrencyJsonConverter))]
public readonly record struct Currency
{
    private static readonly Dictionary<string, (int Exponent, long Increment)> Known = new(StringComparer.Ordinal)
    {
        ["AUD"] = (2, 1), ["CNY"] = (2, 1), ["EUR"] = (2, 1), ["GBP"] = (2, 1), ["IDR"] = (2, 100), ["INR"] = (2, 1), ["JPY"] = (0, 1),
        ["KRW"] = (0, 1), ["KWD"] = (3, 10), ["MYR"] = (2, 1), ["PHP"] = (2, 1), ["SGD"] = (2, 1), ["THB"] = (2, 1), ["USD"] = (2, 1), ["VND"] = (0, 1),
    };

    private readonly string? _code;

    private Currency(string code) => _code = code;

    /// <summary>The three capital letters, such as <c>IDR</c>.</summary>
    public string Code => _code ?? throw new InvalidOperationException("A currency was never set.");

    public int Exponent => Known[Code].Exponent;

    public long Increment => Known[Code].Increment;

    /// <summary>Minor units in one major unit: 100 for IDR and USD, 1 for JPY.</summary>
    public long MinorUnits => (long)Math.Pow(10, Exponent);

    public static Currency Idr { get; } = new("IDR");

    public static bool TryParse(string? code, out Currency currency)
    {
        bool known = code is not null && Known.ContainsKey(code);
        currency = known ? new Currency(code!) : default;
        return known;
    }

    /// <exception cref="FormatException">The code is not one of the known currencies.</exception>
    public static Currency Parse(string code) => TryParse(code, out Currency currency) ? currency : throw new FormatException($"'{code}' is not a known ISO 4217 currency.");

    public override string ToString() => _code ?? "";

    private sealed class CurrencyJsonConverter : JsonConverter<Currency>
    {
        public override Currency Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out Currency currency)
                ? currency
                : throw new JsonException("is not a known ISO 4217 currency code");

        public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
    }
}
