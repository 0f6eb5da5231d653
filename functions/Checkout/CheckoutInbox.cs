using Microsoft.DurableTask;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>
/// What is raised to a checkout's orchestration. The engine serves the newest waiter first, so there is one for each name, and a new one only
/// when it was served.
/// </summary>
internal sealed class CheckoutInbox : IDisposable
{
    private readonly TaskOrchestrationContext _context;
    private readonly CancellationTokenSource _over = new();

    public CheckoutInbox(TaskOrchestrationContext context)
    {
        _context = context;
        Payment = Wait<ProviderPayment>(CheckoutEvents.Payment);
        Cancel = Wait<CancelStep>(CheckoutEvents.Cancel);
        Repay = Wait<RepayStep>(CheckoutEvents.Repay);
        Review = Wait<ReviewDecision>(CheckoutEvents.Review);
        Edit = Wait<EditStep>(CheckoutEvents.Edit);
    }

    public Task<ProviderPayment> Payment { get; private set; }

    public Task<CancelStep> Cancel { get; private set; }

    public Task<RepayStep> Repay { get; private set; }

    public Task<ReviewDecision> Review { get; private set; }

    public Task<EditStep> Edit { get; private set; }

    public async Task<EditStep> NextEdit()
    {
        EditStep told = await Edit;
        Edit = Wait<EditStep>(CheckoutEvents.Edit);
        return told;
    }

    public async Task<ProviderPayment> NextPayment()
    {
        ProviderPayment told = await Payment;
        Payment = Wait<ProviderPayment>(CheckoutEvents.Payment);
        return told;
    }

    public async Task<CancelStep> NextCancel()
    {
        CancelStep told = await Cancel;
        Cancel = Wait<CancelStep>(CheckoutEvents.Cancel);
        return told;
    }

    public async Task<RepayStep> NextRepay()
    {
        RepayStep told = await Repay;
        Repay = Wait<RepayStep>(CheckoutEvents.Repay);
        return told;
    }

    public async Task<ReviewDecision> NextReview()
    {
        ReviewDecision told = await Review;
        Review = Wait<ReviewDecision>(CheckoutEvents.Review);
        return told;
    }

    /// <summary>Nobody waits any more.</summary>
    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    private Task<T> Wait<T>(string name) => _context.WaitForExternalEvent<T>(name, _over.Token);
}
