using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Shop.Emulator.Pages;

/// <summary>HTML that is safe to send. It is made of literals, and whatever stands in a hole is encoded unless it is markup itself.</summary>
/// <example><c>Markup.Of($"&lt;td&gt;{mail.Subject}&lt;/td&gt;")</c></example>
internal readonly record struct Markup
{
    private readonly string? _text;

    private Markup(string text) => _text = text;

    public static Markup None => default;

    public static Markup Of(MarkupWriter writer) => new(writer.ToString());

    /// <summary>For what is ours as it stands: the stylesheet and the script beside this file.</summary>
    public static Markup Trusted(string text) => new(text);

    public override string ToString() => _text ?? "";
}

/// <summary>Writes an interpolated string as <see cref="Markup"/>. Attributes must be quoted: quotes are encoded, blanks are not.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupWriter(int literalLength, int formattedCount)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(Markup markup) => _text.Append(markup);

    public void AppendFormatted(IEnumerable<Markup> markups)
    {
        foreach (Markup markup in markups) _text.Append(markup);
    }

    public void AppendFormatted(string? text) => _text.Append(text is null ? "" : Encoder.Encode(text));

    public void AppendFormatted(IFormattable value, string? format = null) => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
