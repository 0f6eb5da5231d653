using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Shop.Emulator.Buttons;
using Shop.Emulator.Hosting;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Mailbox;

/// <summary>A mailbox that takes every mail of the shop and shows it.</summary>
internal static class MailboxRoom
{
    private const int MostShown = 1000;

    public static IServiceCollection AddMailbox(this IServiceCollection services, EmulatorAddresses addresses)
    {
        var port = SmtpPort.Bind();
        addresses.Add("smtp", port.Address);
        return services
            .AddRequiredStorage(new RequiredStorage(MailStore.TableName), new RequiredStorage(MailStore.ContainerName, Container: true))
            .AddSingleton(port)
            .AddSingleton<MailStore>()
            .AddSingleton<MailMisbehaviour>()
            .AddHostedService<SmtpServer>();
    }

    public static void MapMailbox(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/emulator/mailbox", List);
        endpoints.MapGet("/emulator/mailbox/{**messageId}", Show);
        endpoints.MapPost("/emulator/mailbox/misbehave", Misbehave);
    }

    /// <summary>Newest first, at most 1,000; <c>?to=</c> and <c>?limit=</c> narrow it.</summary>
    private static async Task List(HttpContext context)
    {
        MailStore mails = context.RequestServices.GetRequiredService<MailStore>();
        IQueryCollection query = context.Request.Query;
        int limit = int.TryParse(query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? Math.Clamp(asked, 1, MostShown) : MostShown;
        IReadOnlyList<ReceivedMail> found = await mails.List(query["to"], limit, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new { data = found.Select(Summary) }, context.RequestAborted);
    }

    private static async Task Show(HttpContext context)
    {
        MailStore mails = context.RequestServices.GetRequiredService<MailStore>();
        string messageId = ((string?)context.Request.RouteValues["messageId"] ?? "").Trim('<', '>');
        if (await mails.Find(messageId, context.RequestAborted) is not { } mail)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsJsonAsync(new { error = "There is no mail with this Message-ID." }, context.RequestAborted);
            return;
        }
        await context.Response.WriteAsJsonAsync(
            new
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
                attachments = mail.Mime.Attachments.Select(a => new { name = a.ContentDisposition?.FileName ?? a.ContentType.Name, type = a.ContentType.MimeType, bytes = Length(a) }),
            },
            context.RequestAborted);
    }

    private static Task Misbehave(HttpContext context) => ButtonRequest.Answer(context, sent =>
    {
        ButtonRequest.Only(sent, "reject", "drop");
        long reject = ButtonRequest.Number(sent, "reject") ?? 0, drop = ButtonRequest.Number(sent, "drop") ?? 0;
        context.RequestServices.GetRequiredService<MailMisbehaviour>().Set(reject, drop);
        return Task.FromResult<object?>(new { reject, drop });
    });

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

    private static long Length(MimeEntity attachment)
    {
        if (attachment is not MimePart { Content: { } content }) return 0;
        using var decoded = new MemoryStream();
        content.DecodeTo(decoded);
        return decoded.Length;
    }
}
