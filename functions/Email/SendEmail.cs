using System.Diagnostics;
using System.Text.Json;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Shop.Common;
using Shop.Storage;

namespace Shop.Email;

/// <summary>
/// Renders a mail and sends it, once as far as we know: a mail that was marked as sent is left out. A crash between sending and marking
/// sends it again under the same Message-ID, by which mailboxes show it once.
/// </summary>
public sealed class SendEmail(EmailTemplates templates, EmailStore sent, EmailOptions options)
{
    public async Task Run(OpenedEmail message, CancellationToken cancellationToken)
    {
        // A mail about an order is named for it: ord_….order-paid.
        StorageMeter.ChargeTo(message.MessageId.Split('.')[0]);
        // An erased customer's order goes on to tell what becomes of it; there is nobody to tell any more.
        if (message.Content.To == EmailAddress.Nobody) return;
        if (await sent.WasSent(message.MessageId, cancellationToken)) return;
        RenderedEmail rendered = await templates.Render(message.Template, message.Locale, message.Content.Model);
        using var mail = new MimeMessage();
        MailboxAddress from = MailboxAddress.Parse(options.From);
        mail.From.Add(from);
        mail.To.Add(new MailboxAddress("", message.Content.To));
        mail.Subject = rendered.Subject;
        mail.MessageId = $"{message.MessageId}@{from.Domain}";
        if (Activity.Current?.Id is { } trace) mail.Headers.Add("X-Traceparent", trace);
        if (message.Content.Model.TryGetProperty("leaveUrl", out JsonElement leave) && leave.ValueKind == JsonValueKind.String)
        {
            // Mail programs show a button of their own for it (RFC 8058).
            mail.Headers.Add(HeaderId.ListUnsubscribe, $"<{leave.GetString()}>");
            mail.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
        mail.Body = new BodyBuilder { TextBody = rendered.Text, HtmlBody = rendered.Html }.ToMessageBody();

        using var smtp = new SmtpClient();
        await smtp.ConnectAsync(options.Url.Host, options.Url.Port, options.Url.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, cancellationToken);
        if (options.Url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, var password])
            await smtp.AuthenticateAsync(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password), cancellationToken);
        await smtp.SendAsync(mail, cancellationToken);
        // It is sent: nothing may stand between this and writing it down.
        await sent.MarkSent(message.MessageId, message.Template, CancellationToken.None);
        await smtp.DisconnectAsync(quit: true, cancellationToken);
    }
}
