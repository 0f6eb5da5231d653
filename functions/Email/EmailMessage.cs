using System.Text.Json;

namespace Shop.Email;

/// <summary>Version 2 of what waits in the queue <c>mail</c>: a mail to be rendered and sent. Whom it is for and what it says is sealed.</summary>
/// <param name="MessageId">Deterministic, such as <c>ord_….order-paid</c>: it becomes the Message-ID, under which a mail is sent once.</param>
/// <param name="Template">The template's name, such as <c>order-paid</c>.</param>
/// <param name="Locale"><c>id</c> or <c>en</c>.</param>
/// <param name="Sealed">The <see cref="EmailContent"/>; a queue message holds 64 KiB, which is room for an order of a hundred lines.</param>
public sealed record EmailMessage(string MessageId, string Template, string Locale, string Sealed, string? Traceparent)
{
    public string Type { get; init; } = "mail";

    public int Version { get; init; } = 2;
}

/// <param name="To">The address.</param>
/// <param name="Model">What the template shows.</param>
public sealed record EmailContent(string To, JsonElement Model);

/// <summary>A mail with its content, ready to be rendered.</summary>
public sealed record OpenedEmail(string MessageId, string Template, string Locale, EmailContent Content, string? Traceparent);

/// <summary>Version 1, which some may still wait in when this version is deployed: its content is in the clear.</summary>
internal sealed record EmailMessageV1(string MessageId, string Template, string Locale, string To, JsonElement Model, string? Traceparent);
