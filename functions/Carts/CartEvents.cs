using Shop.Common;

namespace Shop.Carts;

/// <summary>What a cart tells other systems; docs/events.md describes it.</summary>
public static class CartEvents
{
    /// <summary><c>cart.abandoned</c>, version 1.</summary>
    public static DomainEvent Abandoned(Cart cart) => new(
        $"{cart.Id}|cart.abandoned|{cart.UpdatedAt.UtcTicks}", "cart.abandoned", 1, cart.Id, cart.UpdatedAt.UtcTicks, cart.UpdatedAt,
        new CartAbandoned(cart.Locale, [.. cart.Lines.Select(l => new CartAbandonedLine(l.Sku, l.Quantity))]));
}

/// <param name="Locale">The language its shopper reads.</param>
public sealed record CartAbandoned(string Locale, IReadOnlyList<CartAbandonedLine> Lines);

public sealed record CartAbandonedLine(Sku Sku, int Quantity);
