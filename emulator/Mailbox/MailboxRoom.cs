using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Buttons;
using Shop.Emulator.Hosting;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Mailbox;

/// <summary>A mailbox that takes every mail of the shop.</summary>
internal static class MailboxRoom
{
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

    public static void MapMailbox(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/emulator/mailbox/misbehave", Misbehave);

    private static Task Misbehave(HttpContext context) => ButtonRequest.Answer(context, sent =>
    {
        ButtonRequest.Only(sent, "reject", "drop");
        long reject = ButtonRequest.Number(sent, "reject") ?? 0, drop = ButtonRequest.Number(sent, "drop") ?? 0;
        context.RequestServices.GetRequiredService<MailMisbehaviour>().Set(reject, drop);
        return Task.FromResult<object?>(new { reject, drop });
    });
}
