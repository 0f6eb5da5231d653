using Shop.Common;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// Finds carts that somebody left: open, with something in them and an address to write to, unchanged for a while, and whose shopper has not
/// bought since. Each is told once, as an event; a change by its shopper begins the wait anew.
/// </summary>
public sealed class AbandonCarts(CartStore carts, IEventPublisher events, CartOptions options, TimeProvider clock)
{
    /// <returns>How many were told.</returns>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        int told = 0;
        await foreach (Stored<Cart> cart in carts.WaitingSince(clock.GetUtcNow().AddMinutes(-options.AbandonedAfterMinutes), cancellationToken))
        {
            if (!(await carts.LastBought(cart.Value.Email!, cancellationToken) >= cart.Value.UpdatedAt))
            {
                // Told before it is noted: a crash between the two tells it again under the same id.
                await events.Publish([CartEvents.Abandoned(cart.Value)], cancellationToken);
                told++;
            }
            await carts.Notice(cart, cancellationToken);
        }
        return told;
    }
}
