using System.ComponentModel.DataAnnotations;

namespace Shop.Checkout;

/// <summary>Section <c>Returns</c>: what customers may send back, and how long each step may take.</summary>
public sealed class ReturnOptions
{
    /// <summary>After its last parcel arrived.</summary>
    [Range(0, 365)]
    public int WithinDays { get; init; } = 14;

    /// <summary>Whether goods may come back without somebody's decision; they are looked at in any case.</summary>
    public bool ApproveAutomatically { get; init; }

    /// <summary>A request that nobody decided about by then is approved.</summary>
    [Range(1, 60)]
    public int DecideWithinDays { get; init; } = 3;

    /// <summary>Goods that did not come by then stay with the customer.</summary>
    [Range(1, 180)]
    public int SendWithinDays { get; init; } = 14;

    /// <summary>Staff are told when nobody looked at the goods by then.</summary>
    [Range(1, 60)]
    public int InspectWithinDays { get; init; } = 3;

    /// <summary>The courier's service that brings goods back at the shop's expense, such as <c>jne-reg</c>; empty where customers see to it.</summary>
    public string LabelService { get; init; } = "";

    internal ReturnTerms Terms => new(ApproveAutomatically, DecideWithinDays, SendWithinDays, InspectWithinDays, LabelService);
}

/// <summary>What of the settings a return depends on, copied when it begins.</summary>
public sealed record ReturnTerms(bool ApproveAutomatically, int DecideWithinDays, int SendWithinDays, int InspectWithinDays, string LabelService);
