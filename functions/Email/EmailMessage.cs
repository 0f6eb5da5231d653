using System.Text.Json;

namespace Shop.Email;

/// <summary>Version 1 of what waits in the queue <c>mail</c>: a mail to be rendered and sent.</summary>
/// <param name="MessageId">Deterministic, such as <c>ord_….order-paid</c>: it becomes the Message-ID, under which a mail is sent once.</param>
/// <param name="Template">The template's name, such as <c>order-paid</c>.</param>
/// <param name="Locale"><c>id</c> or <c>en</c>.</param>
/// <param name="To">The address.</param>
/// <param name="Model">What the template shows; at most 40 KiB of JSON, for a queue message holds 64.</param>
public sealed record EmailMessage(string MessageId, string Template, string Locale, string To, JsonElement Model, string? Traceparent)
{
    public string Type { get; init; } = "mail";

    public int Version { get; init; } = 1;
}
