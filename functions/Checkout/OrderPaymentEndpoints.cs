using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Downloads;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>What a shopper does about the payment of an order.</summary>
public sealed class OrderPaymentEndpoints(ChangePayment change, SendProof proofs, OrderStore orders, DownloadGrants downloads)
{
    private const string Route = "v1/store/orders/{orderId}";
    private const int LargestProofBytes = 5 * 1024 * 1024;

    /// <summary>Chooses another way to pay: the one that was open is closed first, and the goods stay held.</summary>
    /// <remarks>Read the order for the new instructions. Money that was on its way the old way wins.</remarks>
    [Function("OrderPay"), Access(Caller.OrderHolder), Idempotent]
    [Body<PaymentChoice>, Answer<OrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "payment.not-awaited", "payment.attempts-too-many"), Refusal(422, "payment.method-unknown")]
    public Task<IResult> Pay([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/payments")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<PaymentChoice>()
            .Then(choice => change.Run(orderId, choice, durable, request.HttpContext.RequestAborted))
            .ToHttp(order => Respond.Accepted($"/v1/store/orders/{orderId}", OrderResource.From(order, downloads.For(order))));

    /// <summary>Sends a JPEG, PNG or PDF that shows a transfer by hand; staff look at it beside the bank's statement.</summary>
    [Function("OrderPaymentProof"), Access(Caller.OrderHolder), BodyLimit(LargestProofBytes)]
    [Body<Stream>(ContentType = "application/octet-stream"), Answer<PaymentProofReceipt>(202), Refusal(404, "order.unknown", "payment.transfer-unknown")]
    [Refusal(409, "payment.proofs-too-many"), Refusal(422, "payment.proof-unreadable")]
    public async Task<IResult> Proof([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/payment-proof")] HttpRequest request, string orderId)
    {
        CancellationToken cancel = request.HttpContext.RequestAborted;
        if (await orders.Find(orderId, cancel) is not { Value.Payment: { } payment }) return OrderProblems.Unknown.ToHttp();
        if (payment is not { Kind: PaymentKind.ManualTransfer, Reference: { } reference }) return PaymentProblems.TransferUnknown.ToHttp();
        return await request.ReadBytes().Then(content => proofs.Run(reference, content, cancel)).ToHttp(proof => Respond.Accepted(new PaymentProofReceipt(proof.SentAt)));
    }
}

/// <param name="ReceivedAt">When the shop got it.</param>
public sealed record PaymentProofReceipt(DateTimeOffset ReceivedAt);
