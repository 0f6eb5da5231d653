using Shop.Common;
using Shop.Email;
using Shop.Http;
using Shop.Orders;

namespace Shop.Downloads;

/// <summary>Gives each unit of a paid order's licensed lines its key, once however often it is asked: each step keeps what the step before it gave.</summary>
public sealed class AssignLicences(OrderStore orders, DownloadStore store, LicenceStore licences, LicenceMails mails)
{
    public async Task Run(string orderId, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) throw new InvalidOperationException($"{orderId} was paid, and is not there.");
        foreach ((int number, OrderLine line) in DownloadGrants.DigitalLines(order))
            for (int unit = 1; line.Digital?.Licence is not null && unit <= DownloadGrants.Entitled(order, line); unit++)
                await Assign(line, new LicenceUnit(orderId, number, unit), cancellationToken);
    }

    /// <summary>Gives the units that wait for a SKU's keys theirs, who came first first, and tells their buyers.</summary>
    public async Task Serve(Sku sku, CancellationToken cancellationToken)
    {
        HashSet<LicenceUnit> held = [];
        while ((await licences.Waiting(sku, cancellationToken)).Where(u => !held.Contains(u)).ToArray() is { Length: > 0 } waiting)
        {
            foreach (IGrouping<(string OrderId, int Line), LicenceUnit> units in waiting.GroupBy(u => (u.OrderId, u.Line)))
                if (!await Serve(sku, units.Key.OrderId, units.Key.Line, [.. units], held, cancellationToken)) return;
        }
    }

    /// <param name="held">Grows by those that wait on: nothing is given while a bank decides whose the money is.</param>
    /// <returns>Whether there may be more keys.</returns>
    private async Task<bool> Serve(Sku sku, string orderId, int number, LicenceUnit[] units, HashSet<LicenceUnit> held, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order } || DownloadGrants.LineAt(order, number) is not { } line) throw new InvalidOperationException($"{orderId} waits for a licence key, and is not there.");
        if (order.PaymentStatus == PaymentStatus.Disputed)
        {
            held.UnionWith(units);
            return true;
        }
        List<LicenceUnit> over = [];
        bool more = true, served = false;
        foreach (LicenceUnit unit in units)
        {
            // Refunded while it waited: it needs no key any more.
            bool wanted = unit.Unit <= DownloadGrants.Entitled(order, line);
            more = !wanted || await Take(sku, unit, cancellationToken) is not null;
            if (!more) break;
            served |= wanted;
            over.Add(unit);
        }
        // The mail is named for the first of them; while any of this remains undone that is the same one.
        if (served) await mails.Ready(order, number, over[0].Unit, cancellationToken);
        foreach (LicenceUnit unit in over) await licences.StopWaiting(sku, unit, cancellationToken);
        return more;
    }

    private async Task Assign(OrderLine line, LicenceUnit unit, CancellationToken cancellationToken)
    {
        if (line.Digital!.Licence == LicenceSource.Generated)
        {
            await Keep(LicenceKeys.New(), unit, cancellationToken);
            return;
        }
        if (await Take(line.Sku, unit, cancellationToken) is not null) return;
        // Keys that were put in between the look and this row asked nobody to serve it: look once more.
        await licences.Wait(line.Sku, unit, cancellationToken);
        if (await Take(line.Sku, unit, cancellationToken) is not null) await licences.StopWaiting(line.Sku, unit, cancellationToken);
    }

    private async Task<string?> Take(Sku sku, LicenceUnit unit, CancellationToken cancellationToken)
    {
        (string? key, LicencePool left) = await licences.Claim(sku, unit, cancellationToken);
        await mails.Low(sku, left, cancellationToken);
        if (key is not null) await Keep(key, unit, cancellationToken);
        return key;
    }

    private async Task Keep(string key, LicenceUnit unit, CancellationToken cancellationToken) =>
        await licences.Register(await store.AddLicence(unit.OrderId, unit.Line, unit.Unit, key, cancellationToken), unit, cancellationToken);
}

/// <summary>Mails about licence keys; the keys themselves are in none of them.</summary>
public sealed class LicenceMails(EmailQueue mail, OrderTokens tokens, ShopOptions shop, DownloadOptions options)
{
    /// <summary>What a buyer waited for is there.</summary>
    public Task Ready(Order order, int number, int unit, CancellationToken cancellationToken) => mail.Send(
        $"{order.Id}.licence-ready.{number}-{unit}", "licence-ready", order.Locale, order.Email,
        new LicenceReady(order.Number, order.Lines[number].Title, $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/orders/{order.Id}/downloads?token={tokens.For(order.Id)}"), cancellationToken);

    /// <summary>Tells staff that a pool runs low: once each time it was filled, by the name of the mail.</summary>
    internal Task Low(Sku sku, LicencePool left, CancellationToken cancellationToken) => left.Free >= options.LowPool || options.AlertEmail.Length == 0
        ? Task.CompletedTask
        : mail.Send($"licences-low.{sku}.{left.Filled}{(left.Free == 0 ? ".empty" : "")}", "licences-low", shop.Locale, options.AlertEmail, new LicencesLow(sku, left.Free), cancellationToken);
}

/// <param name="Url">Opens what the order delivers.</param>
public sealed record LicenceReady(string Number, string Title, string Url);

public sealed record LicencesLow(Sku Sku, int Free);
