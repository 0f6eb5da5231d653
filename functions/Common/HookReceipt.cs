namespace Shop.Common;

/// <summary>What a provider hears back: its event is stored.</summary>
/// <param name="Repeated">It was stored before.</param>
public sealed record HookReceipt(bool Repeated);
