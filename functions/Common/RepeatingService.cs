using Microsoft.Extensions.Hosting;

namespace Shop.Common;

/// <summary>Does something again and again while the process lives. A turn that fails is told, and the next one tries again.</summary>
/// <param name="interval">From one turn to the next; the first comes after it.</param>
/// <param name="clock">By which it goes.</param>
public abstract class RepeatingService(TimeSpan interval, TimeProvider clock) : BackgroundService
{
    protected abstract Task Turn(CancellationToken cancellationToken);

    protected abstract void TurnFailed(Exception failure);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Turn(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                TurnFailed(failure);
            }
        }
    }
}
