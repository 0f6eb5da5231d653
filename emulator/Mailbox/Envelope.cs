using System.Text.RegularExpressions;

namespace Shop.Emulator.Mailbox;

/// <summary>Whom a mail is from and for, as the conversation says; the headers may say otherwise.</summary>
internal sealed partial record Envelope(string From)
{
    /// <summary>As many as RFC 5321 asks of a server.</summary>
    public const int MostRecipients = 100;

    public List<string> To { get; } = [];

    /// <summary>The address and the parameters of <c>MAIL FROM:&lt;…&gt; SIZE=…</c> or <c>RCPT TO:&lt;…&gt;</c>; <c>null</c> where it is not of that form.</summary>
    public static (string Address, Dictionary<string, string> Parameters)? Parse(string argument, string word)
    {
        Match match = Path().Match(argument);
        if (!match.Success || !match.Groups["word"].Value.Equals(word, StringComparison.OrdinalIgnoreCase)) return null;
        Dictionary<string, string> parameters = match.Groups["parameters"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2)).DistinctBy(p => p[0], StringComparer.OrdinalIgnoreCase).ToDictionary(p => p[0], p => p.Length == 2 ? p[1] : "", StringComparer.OrdinalIgnoreCase);
        return (match.Groups["address"].Value, parameters);
    }

    [GeneratedRegex(@"^(?<word>FROM|TO): ?<(?<address>[^<>\r\n]*)>(?<parameters>( \S+)*) *\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Path();
}
