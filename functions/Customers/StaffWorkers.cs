using Microsoft.Azure.Functions.Worker;

namespace Shop.Customers;

public sealed class StaffWorkers(StaffStore staff, TimeProvider clock)
{
    [Function("ForgetSignInAttempts")]
    public Task Forget([TimerTrigger("0 20 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => staff.ForgetOldAttempts(clock.GetUtcNow(), cancellationToken);
}
