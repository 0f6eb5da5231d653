using Shop.Common;

namespace Shop.Checkout;

public static class ReviewProblems
{
    public static Problem NotOpen { get; } = new(409, "review.not-open", "Nobody has to decide about this order: it was never looked at, or somebody was faster.");

    public static Problem OwnerDecides { get; } = new(403, "review.owner-decides", "An order of this size is the owner's to accept or to refuse.");

    public static Problem ReasonMissing { get; } = new(422, "review.reason-missing", "Say why the order is refused: its customer is told.");

    public static Problem BelowCredit { get; } = new(422, "review.below-credit", "Gift cards or store credit pay more than would be left. Accept the order as it is and refund what is not sent, or refuse it.");

    public static Problem Taken { get; } = new(409, "review.taken", "The money of this order is here already, or comes when it is handed over. Accept the order, and cancel what is not to be sent of it.");

    public static Problem NothingLeft { get; } = new(422, "review.nothing-left", "Something has to be sent. Refuse the order to take no money at all.");
}
