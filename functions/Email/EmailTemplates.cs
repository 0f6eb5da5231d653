using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fluid;
using Fluid.Values;
using Microsoft.Extensions.FileProviders;
using Shop.Common;

namespace Shop.Email;

/// <summary>A mail as it is sent.</summary>
public sealed record RenderedEmail(string Subject, string Text, string Html);

/// <summary>
/// Liquid templates beside the app, one file for each mail and language: <c>order-paid.id.liquid</c>. A line of three hyphens parts the
/// subject, the plain text and the HTML; in the HTML every value is encoded.
/// </summary>
public sealed class EmailTemplates
{
    private const string Separator = "\n---\n";
    private readonly FluidParser _parser = new();
    private readonly TemplateOptions _options;
    private readonly ConcurrentDictionary<string, IFluidTemplate[]> _parsed = new(StringComparer.Ordinal);
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Email", "Templates");

    public EmailTemplates(ShopOptions shop)
    {
        _options = new TemplateOptions { FileProvider = new PhysicalFileProvider(_folder) };
        _options.Filters.AddFilter("money", async (input, _, context) => Money(await input.GetValueAsync("amount", context), await input.GetValueAsync("currency", context)));
        _options.Filters.AddFilter("moment", (input, _, _) => new ValueTask<FluidValue>(Told(input, shop.TextOf)));
        _options.Filters.AddFilter("day", (input, _, _) => new ValueTask<FluidValue>(Told(input, at => shop.DayOf(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));
    }

    /// <exception cref="InvalidDataException">There is no such template.</exception>
    public async Task<RenderedEmail> Render(string template, string locale, JsonElement model)
    {
        IFluidTemplate[] parts = _parsed.GetOrAdd($"{template}.{locale}", Parse);
        return new RenderedEmail(
            (await Part(0, NullEncoder.Default)).Trim().ReplaceLineEndings(" "), (await Part(1, NullEncoder.Default)).Trim() + "\n", await Part(2, HtmlEncoder.Default));

        async Task<string> Part(int part, TextEncoder encoder) =>
            await parts[part].RenderAsync(new TemplateContext(ToValue(model), _options, allowModelMembers: true) { CultureInfo = CultureInfo.GetCultureInfo(locale) }, encoder);
    }

    private IFluidTemplate[] Parse(string name)
    {
        // Names come from messages: only those that are files of ours are opened.
        string? file = Directory.EnumerateFiles(_folder, "*.liquid").FirstOrDefault(f => Path.GetFileName(f) == name + ".liquid");
        if (file is null) throw new InvalidDataException($"There is no mail template '{name}'.");
        string[] parts = File.ReadAllText(file).ReplaceLineEndings("\n").Split(Separator);
        if (parts.Length != 3) throw new InvalidDataException($"The mail template '{name}' has {parts.Length} parts instead of subject, text and HTML.");
        return [.. parts.Select(p => _parser.TryParse(p, out IFluidTemplate parsed, out string error) ? parsed : throw new InvalidDataException($"The mail template '{name}' is malformed: {error}"))];
    }

    private static StringValue Money(FluidValue amount, FluidValue code) =>
        new(Currency.TryParse(code.ToStringValue(), out Currency currency) ? new Money((long)amount.ToNumberValue(), currency).ForPeople() : "");

    private static StringValue Told(FluidValue moment, Func<DateTimeOffset, string> tell) =>
        new(DateTimeOffset.TryParse(moment.ToStringValue(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset at) ? tell(at) : "");

    private static object? ToValue(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(p => p.Name, p => ToValue(p.Value), StringComparer.Ordinal),
        JsonValueKind.Array => json.EnumerateArray().Select(ToValue).ToList(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out long whole) ? whole : json.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
