using System.Text.Json;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Email;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>What somebody asked for who must prove by mail that an address is theirs.</summary>
public enum AccountRequest { Register, ResetPassword, ResetStaffPassword }

/// <summary>Version 1 of what waits in the queue <c>accounts</c>. The worker looks whether the address has an account, so that the one who asks cannot tell by the time it takes.</summary>
/// <param name="Id"><c>acc_…</c>; the mail's Message-ID begins with it.</param>
/// <param name="Sealed">The <see cref="PendingRegistration"/> or <see cref="PendingReset"/>.</param>
public sealed record AccountMessage(string Id, AccountRequest Request, string Sealed, string? Traceparent)
{
    public string Type { get; init; } = "account.mail";

    public int Version { get; init; } = 1;
}

/// <param name="CustomerId">Who they will be once the address is verified.</param>
public sealed record PendingRegistration(
    string CustomerId, string Email, string Name, string? Phone, string PasswordHash, string Locale, string? TermsVersion, IReadOnlyList<MarketingChannel> MarketingChannels, DateTimeOffset AskedAt);

public sealed record PendingReset(string Email, string Locale);

/// <summary>Hands requests to the worker that mails about them.</summary>
public sealed class AccountQueue(ShopStorage storage, Sealing sealing, TimeProvider clock) : IRequiresStorage
{
    private readonly QueueClient _queue = storage.Queue("accounts");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "accounts")];

    internal Task Send<T>(AccountRequest request, T pending, CancellationToken cancellationToken)
    {
        string id = Ids.New("acc", clock);
        var message = new AccountMessage(id, request, sealing.Seal(id, pending), Tracing.Parent);
        return _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(message, ShopJson.Options)), cancellationToken: cancellationToken);
    }

    internal T Open<T>(AccountMessage message) => sealing.Open<T>(message.Id, message.Sealed);
}

/// <summary>The worker's half: finds out whether the address has an account and mails accordingly.</summary>
public sealed class AccountMails(AccountQueue queue, SignInStore signIns, CustomerStore customers, StaffStore staff, OneTimeTokens tokens, EmailQueue mail, AccountPages pages, CustomerOptions options)
{
    internal const string VerifyPurpose = "verify";
    internal const string ResetPurpose = "reset";

    public Task Run(AccountMessage message, CancellationToken cancellationToken) => message.Request switch
    {
        AccountRequest.Register => Register(message.Id, queue.Open<PendingRegistration>(message), cancellationToken),
        AccountRequest.ResetPassword => ResetPassword(message.Id, queue.Open<PendingReset>(message), cancellationToken),
        AccountRequest.ResetStaffPassword => ResetStaffPassword(message.Id, queue.Open<PendingReset>(message), cancellationToken),
        _ => throw new InvalidDataException($"Nobody mails about {message.Request}."),
    };

    private async Task Register(string id, PendingRegistration pending, CancellationToken cancellationToken)
    {
        // A sign-in without its customer is a verification that broke off: whoever registers now may take it over.
        if (await Known(pending.Email, cancellationToken) is { } known && known.Customer.Id != pending.CustomerId)
        {
            await SendReset(id, "account-exists", pending.Locale, known, cancellationToken);
            return;
        }
        string token = await tokens.Issue(VerifyPurpose, pending, TimeSpan.FromHours(options.VerifyWithinHours), cancellationToken);
        await Send(id, "account-verify", pending.Email, pending.Locale, "account/verify", token, pending.Name, cancellationToken);
    }

    private async Task ResetPassword(string id, PendingReset pending, CancellationToken cancellationToken)
    {
        if (await Known(pending.Email, cancellationToken) is { } known) await SendReset(id, "account-reset", pending.Locale, known, cancellationToken);
    }

    /// <summary>Whoever works here and has a password; an invitation that was not accepted is mailed again by an owner.</summary>
    private async Task ResetStaffPassword(string id, PendingReset pending, CancellationToken cancellationToken)
    {
        if (await staff.FindMember(pending.Email, cancellationToken) is not { Value: { PasswordHash.Length: > 0, Roles.Count: > 0 } member }) return;
        string token = await tokens.Issue(StaffAccount.ResetPurpose, new StaffResetGrant(member.Id, member.PasswordSetAt), TimeSpan.FromMinutes(options.ResetWithinMinutes), cancellationToken);
        await Send(id, "account-reset", member.Email, pending.Locale, "staff/reset-password", token, null, cancellationToken);
    }

    private async Task<(CustomerSignIn SignIn, Customer Customer)?> Known(string email, CancellationToken cancellationToken) =>
        await signIns.Find(EmailAddress.Key(email), cancellationToken) is { } found && await customers.Find(found.Value.CustomerId, cancellationToken) is { } customer ? (found.Value, customer.Value) : null;

    /// <summary>To the address as its owner wrote it: one that only folds to the same key may be somebody else's.</summary>
    private async Task SendReset(string id, string template, string locale, (CustomerSignIn SignIn, Customer Customer) known, CancellationToken cancellationToken)
    {
        string email = known.Customer.Details.Email;
        string token = await tokens.Issue(ResetPurpose, new ResetGrant(EmailAddress.Key(email), known.Customer.Id, known.SignIn.PasswordSetAt), TimeSpan.FromMinutes(options.ResetWithinMinutes), cancellationToken);
        await Send(id, template, email, locale, "account/reset-password", token, null, cancellationToken);
    }

    private Task Send(string id, string template, string email, string locale, string page, string token, string? name, CancellationToken cancellationToken)
    {
        var model = new AccountMailModel(name, pages.Of(page, token), token, options.VerifyWithinHours, options.ResetWithinMinutes);
        return mail.Send($"{id}.{template}", template, locale, email, model, cancellationToken);
    }
}

/// <summary>What a link to set a new password opens; void when the password changed after it was sent.</summary>
public sealed record ResetGrant(string EmailKey, string CustomerId, DateTimeOffset PasswordSetAt);

/// <summary>What a link to set a new password of a member of staff opens; void when the password changed after it was sent.</summary>
public sealed record StaffResetGrant(string StaffId, DateTimeOffset? PasswordSetAt);

/// <param name="Url">The storefront's page; its address ends in <c>#token=…</c>.</param>
public sealed record AccountMailModel(string? Name, string Url, string Token, int VerifyWithinHours, int ResetWithinMinutes);
