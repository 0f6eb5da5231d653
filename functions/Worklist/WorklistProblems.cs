using Shop.Common;

namespace Shop.Worklist;

/// <summary>Every refusal of this module.</summary>
public static class WorklistProblems
{
    public static Problem Unknown { get; } = new(404, "worklist.unknown", "Nothing of this kind and name waits for somebody.");

    public static Problem NoMessage { get; } = new(404, "worklist.no-message", "No message of this name was given up, or it was put back.");

    public static Problem DecidedElsewhere { get; } = new(409, "worklist.decided-elsewhere", "This goes when it is decided: review the order, answer the dispute or close the difference.");
}
