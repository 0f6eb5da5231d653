using System.Buffers.Text;
using System.Text.Json;
using Shop.Common;
using Shop.Email;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// One pass of an erasure. Whatever it does can be done again, so that a pass which broke off is repeated until one ends: first nobody signs in as the
/// customer any more, then other modules forget, and when no access token is good and no order is open any longer, the receipt is signed and mailed
/// and the account is deleted.
/// </summary>
public sealed class EraseCustomer(
    CustomerStore customers, SignInStore signIns, EndSessions end, ErasureStore erasures, ErasureLinks links, IEnumerable<IPersonalRecords> records, OrderHistory history, IdempotencyStore answers, EmailQueue mail, Signing signing, IEnumerable<LinkLifetime> lifetimes, ShopOptions shop, TimeProvider clock)
{
    /// <summary>An access token that was good when the erasure began may still have filled a cart or begun a checkout: they live ten minutes.</summary>
    internal static readonly TimeSpan Settling = CustomerTokens.Lifetime + TimeSpan.FromMinutes(5);

    /// <summary>The engine keeps the steps of orders and erasures for thirty days after they began; what was begun last is this erasure.</summary>
    internal static readonly TimeSpan FlowsKept = TimeSpan.FromDays(30);

    /// <summary>A mail that failed every attempt waits for so long until somebody sees to it; the worklist says the same.</summary>
    internal static readonly TimeSpan MessagesKept = TimeSpan.FromDays(30);

    /// <summary>Open orders are looked at again so often.</summary>
    private static readonly TimeSpan OrdersAwaited = TimeSpan.FromHours(1);

    /// <returns>When to come again; <c>null</c> when everything is done.</returns>
    public async Task<DateTimeOffset?> Run(ErasureInput input, CancellationToken cancellationToken)
    {
        if (await erasures.FindReceipt(input.ErasureId, cancellationToken) is { } written)
        {
            if (await erasures.FindJob(input.ErasureId, cancellationToken) is { } unfinished) await Finish(unfinished, written, cancellationToken);
            return null;
        }
        if (await Begin(input, cancellationToken) is not { } job) return null;
        await signIns.Remove(EmailAddress.Key(job.Email), job.CustomerId, cancellationToken);
        await end.Run(job.CustomerId, cancellationToken);

        // The time is told before anything is asked, since what was asked before the tokens ran out proves nothing; and that is asked before the modules forget: what is over then is forgotten now.
        DateTimeOffset now = clock.GetUtcNow();
        bool open = await IsOpen(job.CustomerId, cancellationToken);
        List<HeldRecord> held = [];
        foreach (IPersonalRecords module in records) held.AddRange(await module.Erase(job.CustomerId, cancellationToken));
        // What was over may have gone on in between, and was not forgotten then.
        open |= await IsOpen(job.CustomerId, cancellationToken);
        await answers.ForgetCallers(await Callers(job.CustomerId, cancellationToken), cancellationToken);
        if (now < job.BegunAt + Settling) return job.BegunAt + Settling;
        if (open) return now + OrdersAwaited;

        ErasureReceipt receipt = Sign(new ErasureReceipt(job.Id, now, [.. held, .. Fading(now)], ""));
        await erasures.Add(receipt, cancellationToken);
        await Finish(job, receipt, cancellationToken);
        return null;
    }

    private async Task<bool> IsOpen(string customerId, CancellationToken cancellationToken)
    {
        foreach (IPersonalRecords module in records)
            if (await module.Refuse(customerId, cancellationToken) is not null) return true;
        return false;
    }

    private async Task<ErasureJob?> Begin(ErasureInput input, CancellationToken cancellationToken)
    {
        if (await erasures.FindJob(input.ErasureId, cancellationToken) is { } begun) return begun;
        if (await customers.Find(input.CustomerId, cancellationToken) is not { Value: { } customer }) return null;
        var job = new ErasureJob(input.ErasureId, customer.Id, customer.Locale, clock.GetUtcNow(), customer.Details.Email);
        await erasures.AddJob(job, cancellationToken);
        return job;
    }

    /// <summary>As whom the customer asked for something: as themselves, and with the links of their orders.</summary>
    private async Task<IReadOnlyList<string>> Callers(string customerId, CancellationToken cancellationToken)
    {
        List<string> callers = [new Principal(PrincipalKind.Customer, customerId, []).Actor];
        await foreach (string orderId in history.All(customerId, cancellationToken)) callers.Add(new Principal(PrincipalKind.OrderHolder, orderId, []).Actor);
        return callers;
    }

    private async Task Finish(ErasureJob job, ErasureReceipt receipt, CancellationToken cancellationToken)
    {
        var model = new ErasureMailModel(
            receipt.Id, shop.DayOf(receipt.ErasedAt), [.. receipt.Held.Where(h => h.Reason == "tax")], receipt.Held.Where(h => h.Reason != "tax").Max(h => h.Until), links.UrlOf(receipt.Id));
        await mail.Send($"{job.Id}.erasure-receipt", "erasure-receipt", job.Locale, job.Email, model, cancellationToken);
        await customers.Remove(job.CustomerId, cancellationToken);
        await erasures.RemoveJob(job.Id, cancellationToken);
    }

    /// <summary>What cannot be taken out, since nothing tells whose it is, and goes by itself: each until the night after its time. Answers are those that guests and staff were given.</summary>
    private IEnumerable<HeldRecord> Fading(DateTimeOffset now)
    {
        yield return new HeldRecord("answers", "all", "repeats", Until(IdempotencyMiddleware.Lifetime));
        yield return new HeldRecord("links", "all", "security", Until(lifetimes.Max(l => l.Longest)));
        yield return new HeldRecord("sessions", "all", "security", Until(CustomerTokens.Lifetime));
        yield return new HeldRecord("flows", "all", "recovery", Until(FlowsKept));
        yield return new HeldRecord("messages", "all", "recovery", Until(MessagesKept));

        DateOnly Until(TimeSpan lifetime) => shop.DayOf(now + lifetime).AddDays(1);
    }

    /// <summary>So that a receipt shown years later is known to be the shop's.</summary>
    private ErasureReceipt Sign(ErasureReceipt receipt) => receipt with { Signature = Base64Url.EncodeToString(signing.Sign("erasure", JsonSerializer.Serialize(receipt, ShopJson.Options))) };
}

/// <param name="Held">What the law holds.</param>
/// <param name="GoneBy">The last day of what goes by itself.</param>
/// <param name="Url">Shows the receipt.</param>
public sealed record ErasureMailModel(string Id, DateOnly ErasedOn, IReadOnlyList<HeldRecord> Held, DateOnly GoneBy, string Url);
