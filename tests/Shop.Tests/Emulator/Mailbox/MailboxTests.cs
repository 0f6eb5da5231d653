using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Shop.Emulator.Mailbox;
using Shop.Emulator.Pages;

namespace Shop.Tests.Emulator.Mailbox;

public sealed class MailboxTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_that_MailKit_sends_is_shown_with_its_text_and_html()
    {
        await using RoomHost room = await Start();
        await Send(room, Mail("m1@shop", "Pesanan Anda diterima ✓", "Terima kasih.\r\n.\r\n..titik di awal baris\r\n", "<p>Terima kasih.</p>"));
        JsonElement shown = (await Shown(room)).Single();
        Assert.Equal("siti@example.com", shown.GetProperty("to").GetString());
        Assert.Equal("Pesanan Anda diterima ✓", shown.GetProperty("subject").GetString());
        Assert.Equal("Terima kasih.\n.\n..titik di awal baris", shown.GetProperty("text").GetString()!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal("<p>Terima kasih.</p>", shown.GetProperty("html").GetString()!.TrimEnd());
        Assert.Equal("m1@shop", shown.GetProperty("messageId").GetString());
        Assert.Equal(room.Clock.GetUtcNow(), shown.GetProperty("at").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_newest_mail_comes_first_and_a_repeat_is_shown_once_with_its_count()
    {
        await using RoomHost room = await Start();
        await Send(room, Mail("first@shop", "one", "1"), Mail("second@shop", "two", "2"));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Send(room, Mail("first@shop", "one again", "1"))));
        JsonElement[] shown = await Shown(room);
        Assert.Equal(["second@shop", "first@shop"], shown.Select(m => m.GetProperty("messageId").GetString()));
        Assert.Equal(("one", 3), (shown[1].GetProperty("subject").GetString(), shown[1].GetProperty("repeats").GetInt32()));
    }

    [Fact]
    public async Task A_mail_is_found_by_its_message_id_after_a_restart()
    {
        string prefix;
        await using (RoomHost before = await Start())
        {
            prefix = before.Prefix;
            MimeMessage mail = Mail("invoice@shop", "Faktur", "Terlampir.");
            mail.Body = new Multipart("mixed") { mail.Body!, new MimePart("application", "pdf") { Content = new MimeContent(new MemoryStream(new byte[900_000])), ContentTransferEncoding = ContentEncoding.Base64, FileName = "faktur.pdf" } };
            await Send(before, mail);
        }
        await using RoomHost room = await Start(prefix);
        JsonElement found = await room.Http.GetFromJsonAsync<JsonElement>("/emulator/mailbox/%3Cinvoice@shop%3E", Cancellation);
        Assert.Equal(("faktur.pdf", 900_000), (found.GetProperty("attachments")[0].GetProperty("name").GetString(), found.GetProperty("attachments")[0].GetProperty("bytes").GetInt32()));
        using HttpResponseMessage missing = await room.Http.GetAsync("/emulator/mailbox/nothing@shop", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Any_name_and_password_are_taken()
    {
        await using RoomHost room = await Start();
        using SmtpClient plain = await Connect(room), login = await Connect(room);
        await plain.AuthenticateAsync(new SaslMechanismPlain("shop", "secret"), Cancellation);
        await login.AuthenticateAsync(new SaslMechanismLogin("shop", "secret"), Cancellation);
        Assert.True(plain.IsAuthenticated && login.IsAuthenticated);
    }

    [Fact]
    public async Task A_mail_that_is_too_big_is_refused_before_it_is_sent()
    {
        await using RoomHost room = await Start();
        using SmtpClient client = await Connect(room);
        Assert.True(client.Capabilities.HasFlag(SmtpCapabilities.Size | SmtpCapabilities.Pipelining | SmtpCapabilities.EightBitMime | SmtpCapabilities.UTF8));
        Assert.Equal((uint)SmtpConversation.LargestMail, client.MaxSize);
        string[] answers = await Converse(room, "EHLO test", $"MAIL FROM:<a@b> SIZE={SmtpConversation.LargestMail + 1}", "QUIT");
        Assert.StartsWith("552", answers[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mails_are_rejected_as_often_as_was_asked()
    {
        await using RoomHost room = await Start();
        using HttpResponseMessage told = await room.Http.PostAsJsonAsync("/emulator/mailbox/misbehave", new { reject = 1 }, Cancellation);
        SmtpCommandException rejected = await Assert.ThrowsAsync<SmtpCommandException>(() => Send(room, Mail("m@shop", "s", "t")));
        Assert.Equal(451, (int)rejected.StatusCode);
        Assert.Empty(await Shown(room));
        await Send(room, Mail("m@shop", "s", "t"));
        Assert.Single(await Shown(room));
    }

    [Fact]
    public async Task A_dropped_connection_leaves_the_sender_in_doubt_and_the_mail_kept()
    {
        await using RoomHost room = await Start();
        using HttpResponseMessage told = await room.Http.PostAsJsonAsync("/emulator/mailbox/misbehave", new { drop = 1 }, Cancellation);
        await Assert.ThrowsAnyAsync<Exception>(() => Send(room, Mail("doubt@shop", "s", "t")));
        await Send(room, Mail("doubt@shop", "s", "t"));
        Assert.Equal(1, (await Shown(room)).Single().GetProperty("repeats").GetInt32());
    }

    [Fact]
    public async Task Pipelined_commands_are_answered_in_order_and_out_of_order_ones_refused()
    {
        await using RoomHost room = await Start();
        string[] answers = await Converse(room, "MAIL FROM:<a@b>", "EHLO test", "RCPT TO:<c@d>", "MAIL FROM:<a@b>", "MAIL FROM:<a@b>", "DATA", "RCPT TO:<>", "RCPT TO:<c@d>", "RSET", "NOOP", "FLY", "QUIT");
        Assert.Equal(["220", "503", "250", "503", "250", "503", "554", "501", "250", "250", "250", "500", "221"], answers.Where(a => a[3] == ' ').Select(a => a[..3]));
    }

    [Fact]
    public async Task A_bare_line_feed_ends_neither_line_nor_mail()
    {
        await using RoomHost room = await Start();
        string[] answers = await Converse(
            room, "EHLO test", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "Message-ID: <long@shop>\r\nSubject: s\r\n\r\nbefore\n.\nMAIL FROM:<x@y>\r\n" + new string('x', 100_000) + "\r\n.", "QUIT");
        Assert.Equal(["354", "250", "221"], answers.TakeLast(3).Select(a => a[..3]));
        Assert.Contains("MAIL FROM:<x@y>", (await Shown(room)).Single().GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private static Task<RoomHost> Start(string? prefix = null) => RoomHost.Start((services, addresses) => services.AddMailbox(addresses), app => { app.MapMailbox(); app.MapPages(); }, prefix);

    private static MimeMessage Mail(string messageId, string subject, string text, string? html = null) => new(
        [MailboxAddress.Parse("toko@example.com")], [MailboxAddress.Parse("Siti <siti@example.com>")], subject, new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody())
    {
        MessageId = messageId,
    };

    private static async Task<SmtpClient> Connect(RoomHost room)
    {
        var address = new Uri(room.Services.GetRequiredService<SmtpPort>().Address);
        var client = new SmtpClient();
        await client.ConnectAsync(address.Host, address.Port, SecureSocketOptions.None, Cancellation);
        return client;
    }

    private static async Task Send(RoomHost room, params MimeMessage[] mails)
    {
        using SmtpClient client = await Connect(room);
        foreach (MimeMessage mail in mails) await client.SendAsync(mail, Cancellation);
        await client.DisconnectAsync(quit: true, Cancellation);
    }

    private static async Task<JsonElement[]> Shown(RoomHost room) =>
        [.. (await room.Http.GetFromJsonAsync<JsonElement>("/emulator/mailbox", Cancellation)).GetProperty("data").EnumerateArray()];

    /// <summary>Sends all lines at once and reads until the server hangs up.</summary>
    private static async Task<string[]> Converse(RoomHost room, params string[] lines)
    {
        var address = new Uri(room.Services.GetRequiredService<SmtpPort>().Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(l => l + "\r\n"))), Cancellation);
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadToEndAsync(Cancellation)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
