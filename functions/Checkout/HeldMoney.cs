using Microsoft.DurableTask;

namespace Shop.Checkout;

/// <summary>While a bank decides whose an order's money is, no step gives it back.</summary>
internal static class HeldMoney
{
    internal static readonly TimeSpan AskedAgain = TimeSpan.FromHours(6);

    /// <summary>Takes a step of an orchestration again and again, until the bank has decided.</summary>
    /// <param name="isHeld">Whether the outcome is that the bank holds the money still.</param>
    internal static async Task<T> CallUntilFree<T>(this TaskOrchestrationContext context, string activity, object input, Func<T, bool> isHeld)
    {
        while (true)
        {
            T outcome = await context.CallActivityAsync<T>(activity, input, CheckoutOrchestration.Patiently);
            if (!isHeld(outcome)) return outcome;
            await context.CreateTimer(AskedAgain, CancellationToken.None);
        }
    }
}
