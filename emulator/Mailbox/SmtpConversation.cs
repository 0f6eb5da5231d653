using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Shop.Emulator.Mailbox;

/// <summary>What becomes of a mail whose data has arrived.</summary>
internal enum Reception
{
    /// <summary>Kept, and the sender is told.</summary>
    Accepted,

    /// <summary>Not kept; the sender is to try again.</summary>
    Rejected,

    /// <summary>Not a mail at all; the sender is to give up.</summary>
    Refused,

    /// <summary>Kept, but the connection breaks before the sender is told.</summary>
    Dropped,
}

/// <summary>One connection of the conversation that RFC 5321 describes, with SIZE, PIPELINING, 8BITMIME, SMTPUTF8 and AUTH.</summary>
internal sealed class SmtpConversation(Stream stream, Func<Envelope, byte[], CancellationToken, Task<Reception>> receive)
{
    public const int LargestMail = 25 * 1024 * 1024;

    /// <summary>AUTH lines may be this long (RFC 4954), others are shorter.</summary>
    private const int LongestCommand = 12_288;
    private const int MostMistakes = 20;

    private readonly SmtpLines _lines = new(PipeReader.Create(stream));
    private bool _greeted;
    private bool _authenticated;
    private Envelope? _envelope;
    private int _mistakes;

    public async Task Hold(CancellationToken cancellationToken)
    {
        await Say("220 shop.emulator ESMTP mailbox", cancellationToken);
        while (await Line(cancellationToken) is { } line)
        {
            (string verb, string argument) = line.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? (line[..space], line[(space + 1)..].Trim()) : (line.Trim(), "");
            if (verb.Equals("DATA", StringComparison.OrdinalIgnoreCase))
            {
                if (!await Data(cancellationToken)) return;
                continue;
            }
            if (verb.Equals("AUTH", StringComparison.OrdinalIgnoreCase))
            {
                await Authenticate(argument, cancellationToken);
                continue;
            }
            string answer = Answer(verb.ToUpperInvariant(), argument);
            if (answer[0] == '5' && ++_mistakes == MostMistakes) answer = "421 4.7.0 Too many errors";
            await Say(answer, cancellationToken);
            if (answer.StartsWith("221", StringComparison.Ordinal) || answer.StartsWith("421", StringComparison.Ordinal)) return;
        }
    }

    private string Answer(string verb, string argument)
    {
        switch (verb)
        {
            case "EHLO" or "HELO" when argument.Length == 0:
                return $"501 5.5.4 Syntax: {verb} hostname";
            case "EHLO":
                (_greeted, _envelope) = (true, null);
                return $"250-shop.emulator\r\n250-PIPELINING\r\n250-SIZE {LargestMail}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN";
            case "HELO":
                (_greeted, _envelope) = (true, null);
                return "250 shop.emulator";
            case "MAIL":
                return Mail(argument);
            case "RCPT":
                return Recipient(argument);
            case "RSET":
                _envelope = null;
                return "250 2.0.0 Reset";
            case "NOOP":
                return "250 2.0.0 OK";
            case "VRFY":
                return "252 2.1.5 Send some mail and see";
            case "QUIT":
                return "221 2.0.0 Bye";
            default:
                return "500 5.5.2 Command unknown";
        }
    }

    private string Mail(string argument)
    {
        if (!_greeted) return "503 5.5.1 EHLO first";
        if (_envelope is not null) return "503 5.5.1 Nested MAIL command";
        if (Envelope.Parse(argument, "FROM") is not { } from) return "501 5.5.4 Syntax: MAIL FROM:<address>";
        if (from.Parameters.TryGetValue("SIZE", out string? size) && (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) || bytes > LargestMail))
            return "552 5.3.4 Message too big";
        _envelope = new Envelope(from.Address);
        return "250 2.1.0 OK";
    }

    private string Recipient(string argument)
    {
        if (_envelope is null) return "503 5.5.1 MAIL first";
        if (Envelope.Parse(argument, "TO") is not { Address: { Length: > 0 } address }) return "501 5.1.3 Syntax: RCPT TO:<address>";
        if (!address.Contains('@', StringComparison.Ordinal)) return "550 5.1.1 There is no such mailbox";
        if (_envelope.To.Count == Envelope.MostRecipients) return "452 4.5.3 Too many recipients";
        _envelope.To.Add(address);
        return "250 2.1.5 OK";
    }

    /// <returns>Whether the conversation goes on.</returns>
    private async Task<bool> Data(CancellationToken cancellationToken)
    {
        if (_envelope is null || _envelope.To.Count == 0)
        {
            await Say(_envelope is null ? "503 5.5.1 MAIL first" : "554 5.5.1 No valid recipients", cancellationToken);
            return true;
        }
        await Say("354 End data with <CR><LF>.<CR><LF>", cancellationToken);
        using var mail = new MemoryStream();
        bool tooBig = false;
        while (true)
        {
            byte[]? line = await _lines.Read(LargestMail, cancellationToken);
            if (line is null) return false;
            if (line is [(byte)'.']) break;
            ReadOnlySpan<byte> content = line is [(byte)'.', ..] ? line.AsSpan(1) : line;
            tooBig |= mail.Length + content.Length + 2 > LargestMail;
            if (tooBig) continue;
            mail.Write(content);
            mail.Write("\r\n"u8);
        }
        Envelope envelope = _envelope;
        _envelope = null;
        if (tooBig)
        {
            await Say("552 5.3.4 Message too big", cancellationToken);
            return true;
        }
        switch (await receive(envelope, mail.ToArray(), cancellationToken))
        {
            case Reception.Dropped:
                return false;
            case Reception.Rejected:
                await Say("451 4.3.0 Try again later", cancellationToken);
                return true;
            case Reception.Refused:
                await Say("554 5.6.0 This is not a mail", cancellationToken);
                return true;
            default:
                await Say("250 2.0.0 Kept", cancellationToken);
                return true;
        }
    }

    /// <summary>Any name and password will do; what was sent is not kept.</summary>
    private async Task Authenticate(string argument, CancellationToken cancellationToken)
    {
        string[] words = argument.Split(' ', 2);
        string mechanism = words[0].ToUpperInvariant();
        if (!_greeted || _authenticated || _envelope is not null)
        {
            await Say("503 5.5.1 Not now", cancellationToken);
            return;
        }
        if (mechanism is not ("PLAIN" or "LOGIN"))
        {
            await Say("504 5.5.4 Mechanism unknown", cancellationToken);
            return;
        }
        string[] challenges = mechanism == "PLAIN" ? [""] : ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"];
        foreach (string challenge in challenges.Skip(words.Length - 1))
        {
            await Say("334 " + challenge, cancellationToken);
            if (await Line(cancellationToken) is not { } response) return;
            if (response == "*")
            {
                await Say("501 5.7.0 Authentication cancelled", cancellationToken);
                return;
            }
        }
        _authenticated = true;
        await Say("235 2.7.0 Welcome", cancellationToken);
    }

    private async Task<string?> Line(CancellationToken cancellationToken) =>
        await _lines.Read(LongestCommand, cancellationToken) is { } line ? Encoding.UTF8.GetString(line) : null;

    private async Task Say(string answer, CancellationToken cancellationToken) => await stream.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), cancellationToken);
}
