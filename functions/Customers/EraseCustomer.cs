using System.Buffers.Text;
using System.Text.Json;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Erases a customer: what other modules keep first, the account last, so that an erasure that crashed can be asked for again. Afterwards a receipt, without a
/// name, says what was kept, why and until when.
/// </summary>
public sealed class EraseCustomer(OpenCustomer open, CustomerStore customers, SignInStore signIns, ErasureStore erasures, IEnumerable<IPersonalRecords> records, Signing signing, TimeProvider clock)
{
    public async Task<Result<ErasureReceipt>> Run(Principal caller, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> me = await open.Run(caller, cancellationToken);
        if (me.Problem is { } unknown) return unknown;
        foreach (IPersonalRecords module in records)
            if (await module.Refuse(caller.Id, cancellationToken) is { } problem) return problem;

        List<HeldRecord> held = [];
        foreach (IPersonalRecords module in records) held.AddRange(await module.Erase(caller.Id, cancellationToken));
        ErasureReceipt receipt = Sign(new ErasureReceipt(Ids.New("era", clock), clock.GetUtcNow(), held, ""));
        await erasures.Add(receipt, cancellationToken);
        await signIns.Remove(EmailAddress.Key(me.Value.Value.Details.Email), cancellationToken);
        await customers.Remove(caller.Id, cancellationToken);
        return receipt;
    }

    /// <summary>So that a receipt shown years later is known to be the shop's.</summary>
    private ErasureReceipt Sign(ErasureReceipt receipt) => receipt with { Signature = Base64Url.EncodeToString(signing.Sign("erasure", JsonSerializer.Serialize(receipt, ShopJson.Options))) };
}

/// <summary>What an erasure left.</summary>
/// <param name="Id"><c>era_…</c></param>
/// <param name="Held">What is kept for the tax office; nothing else of the customer is.</param>
/// <param name="Signature">The shop's, over this receipt with an empty signature.</param>
public sealed record ErasureReceipt(string Id, DateTimeOffset ErasedAt, IReadOnlyList<HeldRecord> Held, string Signature);
