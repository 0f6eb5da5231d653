namespace Shop.Worklist;

public enum WorkKind
{
    /// <summary>An order waits for somebody's decision.</summary>
    Review,

    /// <summary>A buyer disputes a payment with their bank.</summary>
    Dispute,

    /// <summary>What a provider, the ledger and the journal say of money does not agree.</summary>
    Difference,

    /// <summary>A customer wants to send something back, or has.</summary>
    Return,

    /// <summary>A day that was promised to a buyer is over.</summary>
    Promise,

    /// <summary>A parcel needs somebody: its courier refuses it, could not deliver it or says nothing of it, its money is in doubt, or it came back.</summary>
    Parcel,

    /// <summary>A message was given up after several attempts: a mail, or what a provider or a courier told.</summary>
    Message,

    /// <summary>A courier delivered what is paid at the door, and has not remitted the cash.</summary>
    Cash,

    /// <summary>A large refund waits for an owner.</summary>
    Refund,

    /// <summary>A provider that cannot be asked moved money, or may have, and nobody has sent in its report of the day.</summary>
    Report,
}

/// <summary>Something that people have to decide or find out.</summary>
/// <param name="Id">Of what it is about, such as an order's.</param>
/// <param name="Text">What is to be done.</param>
/// <param name="Due">By when; <c>null</c> where nothing happens by itself.</param>
public sealed record WorkItem(WorkKind Kind, string Id, string? OrderId, string Text, DateTimeOffset Since, DateTimeOffset? Due);
