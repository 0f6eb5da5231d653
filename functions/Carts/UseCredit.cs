using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// Puts gift cards and store credit into a cart and takes them out. What is on them is kept for an order only at checkout; here the cart learns what is there. Wrong codes
/// are counted before anybody learns that they are wrong, so that nobody tries many.
/// </summary>
public sealed class UseCredit(ChangeCart carts, CreditStore credits, Guesses guesses, CartOptions options, TimeProvider clock)
{
    public const int MostGiftCards = 5;

    private readonly AttemptRule _perClient = new("gift-card-client", options.GiftCardCodesPerClientAddress);

    /// <param name="client">The client's address.</param>
    public Task<Result<Stored<Cart>>> Put(CartKey key, string code, string client, IfMatch ifMatch, CancellationToken cancellationToken)
    {
        // Once for a request, however often its cart is read again.
        Task<(TimeSpan? Wait, CreditAccount? Found)>? trying = null;
        return carts.RunRemembered(key, ifMatch, async cart =>
        {
            (TimeSpan? wait, CreditAccount? found) = await (trying ??= guesses.Find(_perClient, client, () => Find(code)));
            if (wait is { } blocked) return CreditProblems.TooManyGuesses(blocked);
            return found is { } card ? Put(cart, card) : CreditProblems.CodeUnknown;
        }, cancellationToken);
    }

    private async Task<CreditAccount?> Find(string code) =>
        CreditCode.Normal(code) is { } normal && await credits.Find(CreditCode.AccountId(normal), CancellationToken.None) is { Value: { IsDisabled: false } card } ? card : null;

    private Result<Cart> Put(Cart cart, CreditAccount card)
    {
        if (card.ExpiresAt <= clock.GetUtcNow()) return CreditProblems.Expired;
        if (card.Balance.IsZero) return CreditProblems.Empty.At("/code", "is of a card with nothing left on it");
        if (cart.Currency != card.Currency) return CreditProblems.OtherCurrency.At("/code", $"is of a card in {card.Currency}");
        CreditTerms[] others = [.. cart.Credits.Where(c => c.Id != card.Id)];
        if (others.Count(c => c.Kind == CreditKind.GiftCard) == MostGiftCards) return CreditProblems.TooMany;
        return cart with { Credits = InOrder([.. others, CreditTerms.Of(card, clock.GetUtcNow())]) };
    }

    public Task<Result<Stored<Cart>>> TakeOut(CartKey key, string id, IfMatch ifMatch, CancellationToken cancellationToken) => carts.Run(key, ifMatch, cart =>
        cart.Credits.Any(c => c.Id == id && c.Kind == CreditKind.GiftCard) ? cart with { Credits = [.. cart.Credits.Where(c => c.Id != id)] } : CreditProblems.NotInCart, cancellationToken);

    /// <summary>A customer's cart with their store credit, or without it.</summary>
    internal async Task<Result<Cart>> StoreCredit(Cart cart, bool use, CancellationToken cancellationToken)
    {
        CreditTerms[] cards = [.. cart.Credits.Where(c => c.Kind == CreditKind.GiftCard)];
        if (!use) return cart with { Credits = cards };
        if (cart.CustomerId is not { } customer) return CreditProblems.CustomersOnly;
        if (await credits.Find(CreditCode.StoreCreditId(customer, cart.Currency), cancellationToken) is not { Value: { } account } || account.Usable(clock.GetUtcNow()).IsZero)
            return CreditProblems.Empty.At("/useStoreCredit", $"there is none in {cart.Currency}");
        return cart with { Credits = InOrder([.. cards, CreditTerms.Of(account, clock.GetUtcNow())]) };
    }

    /// <summary>Looks whether there is still as much as the cart would take; where there is not, the cart is told what there is now.</summary>
    /// <returns>Whether nothing had to be changed.</returns>
    public async Task<bool> Holds(CartKey key, PricedCart priced, CancellationToken cancellationToken)
    {
        if (priced.Cart.Credits.Count == 0) return true;
        List<CreditTerms> now = [];
        foreach (CreditTerms terms in priced.Cart.Credits)
            if (await credits.Find(terms.Id, cancellationToken) is { Value: { } account }) now.Add(CreditTerms.Of(account, clock.GetUtcNow()));
        if (priced.Credits.All(taken => now.Any(n => n.Id == taken.Id && n.Balance >= taken.Amount))) return true;
        await carts.Run(key, IfMatch.Anything, changed => changed with { Credits = [.. changed.Credits.Select(c => now.FirstOrDefault(n => n.Id == c.Id) ?? c).Where(c => !c.Balance.IsZero)] }, cancellationToken);
        return false;
    }

    /// <summary>Gift cards first, as they were put in: they may run out, and store credit stays.</summary>
    private static CreditTerms[] InOrder(IEnumerable<CreditTerms> terms) => [.. terms.OrderBy(t => t.Kind)];
}
