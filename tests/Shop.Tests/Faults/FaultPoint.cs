namespace Shop.Tests.Faults;

internal enum Moment { Before, After }

/// <summary>
/// What goes wrong at a step. A step that fails before it was never taken; after it its effect is there and its answer is lost. A kill is both at
/// once for all that the process was doing.
/// </summary>
internal enum Harm { Fail, Kill }

/// <summary>One step of one order: the name of what was done, and the how manieth time it was done for this order.</summary>
internal sealed record Step(string Name, int Number)
{
    public override string ToString() => $"{Name} #{Number}";
}

/// <summary>Where and how an order's way is broken once.</summary>
internal sealed record FaultPoint(Step Step, Moment Moment, Harm Harm)
{
    public override string ToString() => $"{Harm} {Moment} {Step}".ToLowerInvariant();
}

/// <summary>What was done wrong on purpose.</summary>
internal sealed class InjectedFaultException(FaultPoint point) : IOException($"On purpose: {point}.");
