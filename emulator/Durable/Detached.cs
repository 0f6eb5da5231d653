namespace Shop.Emulator.Durable;

/// <summary>
/// Starts work that belongs to no caller: what flows with a request (its trace, its meters, its cancellation) does not flow into the
/// orchestration it started, as it could not from one process to another.
/// </summary>
internal static class Detached
{
    public static void Run(Func<Task> work)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = Task.Run(work);
            return;
        }
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(work);
    }
}
