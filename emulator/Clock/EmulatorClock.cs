namespace Shop.Emulator.Clock;

/// <summary>
/// The one clock of the emulator and of the function app behind it: real time plus an offset that people, scripts and tests move
/// forward. Timers made from it (<c>Task.Delay(…, clock)</c>, <c>PeriodicTimer</c>) fall due at once when the offset passes them.
/// </summary>
/// <remarks>Storage keeps its own clock: queue visibility and signed blob URLs are not moved.</remarks>
internal sealed class EmulatorClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<ClockTimer> _timers = [];
    private TimeSpan _offset;

    /// <summary>How far this clock is ahead of the machine's.</summary>
    public TimeSpan Offset
    {
        get { lock (_gate) return _offset; }
    }

    /// <summary>Raised after the offset grew, with the new offset.</summary>
    public event Action<TimeSpan>? Moved;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return System.GetUtcNow() + _offset;
    }

    /// <summary>Moves the clock forward; a negative amount is refused, for time never runs backwards.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(by.Ticks, nameof(by));
        MoveTo(Offset + by);
    }

    /// <summary>Follows another process that moved the shared clock; an offset behind this one is ignored.</summary>
    public void MoveTo(TimeSpan offset)
    {
        ClockTimer[] timers;
        lock (_gate)
        {
            if (offset <= _offset) return;
            _offset = offset;
            timers = [.. _timers];
        }
        foreach (ClockTimer timer in timers) timer.Arm();
        Moved?.Invoke(offset);
    }

    /// <summary>
    /// A timer for a moment, not for a wait: a wait that was reckoned before the clock moved and begun after it would ring too late.
    /// </summary>
    public ITimer CreateTimerAt(DateTimeOffset due, Action ring)
    {
        var timer = new ClockTimer(this, _ => ring(), null);
        timer.RingAt(due);
        return timer;
    }

    /// <summary>Completes when this clock shows the moment, at once when it is past.</summary>
    public async Task WaitUntil(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ITimer timer = CreateTimerAt(due, () => rung.TrySetResult());
        await rung.Task.WaitAsync(cancellationToken);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ClockTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A timer whose due moment is a moment of this clock; the machine's timer beneath is re-armed when the clock moves.</summary>
    private sealed class ClockTimer : ITimer
    {
        // The longest wait a machine timer takes is about 49 days; a longer one is armed again when it wakes.
        private static readonly TimeSpan LongestArm = TimeSpan.FromDays(40);
        private readonly EmulatorClock _clock;
        private readonly ITimer _machine;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public ClockTimer(EmulatorClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _machine = System.CreateTimer(static self => ((ClockTimer)self!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._gate)
            {
                _period = period;
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : System.GetUtcNow() + _clock._offset + dueTime;
                if (_due is null) _clock._timers.Remove(this);
                else _clock._timers.Add(this);
            }
            Arm();
            return true;
        }

        public void RingAt(DateTimeOffset due)
        {
            lock (_clock._gate)
            {
                _due = due;
                _clock._timers.Add(this);
            }
            Arm();
        }

        public void Arm()
        {
            lock (_clock._gate)
            {
                if (_due is not { } due) return;
                TimeSpan wait = due - System.GetUtcNow() - _clock._offset;
                wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestArm ? LongestArm : wait;
                _machine.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }

        private void Ring()
        {
            lock (_clock._gate)
            {
                if (_due is not { } due) return;
                if (System.GetUtcNow() + _clock._offset < due)
                {
                    Arm();
                    return;
                }
                bool again = _period > TimeSpan.Zero;
                _due = again ? System.GetUtcNow() + _clock._offset + _period : null;
                if (again) Arm();
                else _clock._timers.Remove(this);
            }
            _callback(_state);
        }

        public void Dispose()
        {
            lock (_clock._gate)
            {
                _due = null;
                _clock._timers.Remove(this);
            }
            _machine.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
