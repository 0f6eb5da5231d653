using Shop.Common;
using Shop.Email;

namespace Shop.Checkout;

/// <summary>
/// A step that fails is tried for days before its flow fails. Staff are told of one that an order's money or goods wait for after an hour, once, and it goes from
/// their list when the step is done.
/// </summary>
public sealed class TellSlow(AttentionStore attention, EmailQueue mail, CheckoutOptions options, ShopOptions shop, TimeProvider clock)
{
    internal static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <param name="since">When the step was first tried.</param>
    public async Task<T> Run<T>(string orderId, DateTimeOffset? since, Func<Task<T>> step, CancellationToken cancellationToken)
    {
        bool late = since is { } begun && clock.GetUtcNow() - begun > Patience;
        T done;
        try
        {
            done = await step();
        }
        catch (Exception) when (late)
        {
            await Tell(new StuckFlow(orderId, CheckoutOrchestration.Name, orderId, since!.Value) { Tried = true }, cancellationToken);
            throw;
        }
        if (late) await attention.Remove(orderId, cancellationToken);
        return done;
    }

    private async Task Tell(StuckFlow slow, CancellationToken cancellationToken)
    {
        if (!await attention.TryAdd(slow, cancellationToken) || options.AlertEmail.Length == 0) return;
        await mail.Send($"flow-slow.{slow.InstanceId}.{slow.Since.ToUnixTimeSeconds()}", "flow-stuck", shop.Locale, options.AlertEmail, slow, cancellationToken);
    }
}
