using Microsoft.AspNetCore.Http;
using MimeKit;
using Shop.Emulator.Mailbox;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The mails, newest first, and one mail as its reader sees it.</summary>
internal static class MailboxPage
{
    private const int MostShown = 1000;
    private const int ShownToPeople = 100;

    /// <summary>A repeat of a Message-ID is counted, not listed; <c>?to=</c> and <c>?limit=</c> narrow the list.</summary>
    public static async Task<Page?> List(HttpContext context)
    {
        string? to = context.Request.Query["to"];
        int limit = context.Limit(PageRoutes.WantsHtml(context.Request) ? ShownToPeople : MostShown, MostShown);
        IReadOnlyList<ReceivedMail> mails = await context.Service<MailStore>().List(string.IsNullOrEmpty(to) ? null : to, limit, context.RequestAborted);
        return new Page("Mailbox", new { data = mails.Select(Summary) }, () => Markup.Of($"""
            <p class="lead">Every mail that the shop sends ends up here. Nothing leaves this machine.</p>
            <form class="order filter" method="get" action="/emulator/mailbox">{Field("to", to, "To", "siti@example.com")}<button>Filter</button></form>
            {Table(["Subject", "To", "Received", ""], [.. mails.Select(Row)], to is null ? "No mail yet. Buy something: the shop confirms it by mail." : "No mail to this address.")}
            <h2>Trouble on request</h2>
            <form class="panel order" method="post" action="/emulator/mailbox/misbehave">
            {Field("reject", null, "Reject the next", "0")}{Field("drop", null, "Keep but cut the line for the next", "0")}
            <button>Misbehave</button></form>
            """));
    }

    public static async Task<Page?> Show(HttpContext context)
    {
        if (await context.Service<MailStore>().Find(context.Route("messageId").Trim('<', '>'), context.RequestAborted) is not { } mail) return null;
        return new Page(Subject(mail), Whole(mail), () => Body(mail)) { Live = false, ShowsMail = true };
    }

    private static Markup Row(ReceivedMail mail) => Markup.Of($"""
        <tr><td class="wide"><a href="{Path("mailbox", mail.MessageId)}">{Subject(mail)}</a><span class="under">{Beginning(mail.Mime.TextBody)}</span></td>
        <td>{string.Join(", ", mail.To)}</td><td>{When(mail.At)}</td><td>{(mail.Repeats > 0 ? Chip($"came {mail.Repeats + 1} times") : Markup.None)}</td></tr>
        """);

    private static Markup Body(ReceivedMail mail) => Markup.Of($"""
        {Facts(
            ("From", Text(mail.Mime.From.ToString())), ("To", Text(string.Join(", ", mail.To))), ("Received", When(mail.At)), ("Message-ID", Text(mail.MessageId)),
            ("Came again", Text(mail.Repeats > 0 ? $"{mail.Repeats} times" : "")), ("Attachments", Text(string.Join(", ", mail.Mime.Attachments.Select(a => $"{Name(a)} ({Length(a)} bytes)")))))}
        {Rendered(mail.Mime.HtmlBody)}
        {(mail.Mime.HtmlBody is null ? Code(mail.Mime.TextBody) : Folded("As text", Code(mail.Mime.TextBody)))}
        {Folded("Headers", Markup.Of($"<pre>{string.Join('\n', mail.Mime.Headers.Select(h => $"{h.Field}: {h.Value}"))}</pre>"))}
        """);

    /// <summary>A mail may do no more than be looked at; a link that somebody clicks opens a tab of its own.</summary>
    private static Markup Rendered(string? html) => html is null ? Markup.None : Markup.Of($"""
        <iframe title="The mail as its reader sees it" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" srcdoc="{"<!doctype html><base target=\"_blank\">" + html}"></iframe>
        """);

    private static object Summary(ReceivedMail mail) => new
    {
        to = string.Join(", ", mail.To),
        subject = mail.Mime.Subject ?? "",
        text = mail.Mime.TextBody,
        html = mail.Mime.HtmlBody,
        at = mail.At,
        messageId = mail.MessageId,
        repeats = mail.Repeats,
    };

    private static object Whole(ReceivedMail mail) => new
    {
        from = mail.Mime.From.ToString(),
        to = string.Join(", ", mail.To),
        subject = mail.Mime.Subject ?? "",
        text = mail.Mime.TextBody,
        html = mail.Mime.HtmlBody,
        at = mail.At,
        messageId = mail.MessageId,
        repeats = mail.Repeats,
        headers = mail.Mime.Headers.Select(h => new { name = h.Field, value = h.Value }),
        attachments = mail.Mime.Attachments.Select(a => new { name = Name(a), type = a.ContentType.MimeType, bytes = Length(a) }),
    };

    private static string Subject(ReceivedMail mail) => string.IsNullOrWhiteSpace(mail.Mime.Subject) ? "(no subject)" : mail.Mime.Subject;

    private static string Beginning(string? text)
    {
        string line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(24));
        return line.Length <= 120 ? line : line[..120] + "…";
    }

    private static string Name(MimeEntity attachment) => attachment.ContentDisposition?.FileName ?? attachment.ContentType.Name ?? "";

    private static long Length(MimeEntity attachment)
    {
        if (attachment is not MimePart { Content: { } content }) return 0;
        using var decoded = new MemoryStream();
        content.DecodeTo(decoded);
        return decoded.Length;
    }
}
