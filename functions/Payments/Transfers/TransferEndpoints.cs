using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Payments;

/// <summary>Transfers by hand, as staff see them beside the bank's statement.</summary>
public sealed class TransferEndpoints(TransferStore transfers, RecordTransfer record, Cursors cursors)
{
    private const string Route = "v1/admin/orders/{orderId}/transfers";

    /// <summary>Lists the transfers that are awaited, oldest order first; or those that are not any more and may come all the same, newest first.</summary>
    [Function("ListTransfers"), Staff(Role.Orders), ApiKeyScope("payments:read")]
    [QueryParameter("cancelled", typeof(bool), "Those whose order is over or is paid another way."), QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<ManualTransfer>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/transfers")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (bool cancelled, int limit, string? after) = (query.Flag("cancelled") == true, query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<ManualTransfer> page, string? last) = await transfers.NotCome(cancelled, after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<ManualTransfer>(page, cursors.Next(request, last)));
    }

    /// <summary>Writes down a transfer that the bank's statement shows: the order is paid with it. Another amount than was asked for goes back.</summary>
    [Function("RecordTransfer"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<TransferReceipt>, Answer<ManualTransfer>(200), Refusal(404, "payment.transfer-unknown"), Refusal(409, "payment.transfer-received", "payment.transfer-elsewhere"), Refusal(422, "payment.transfer-amount")]
    public Task<IResult> Record([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string orderId) => request.ReadBody<TransferReceipt>()
        .Then(receipt => record.Run(orderId, receipt, request.Principal().Actor, request.HttpContext.RequestAborted))
        .ToHttp(transfer => Respond.Ok(transfer));

    /// <summary>Opens what the shopper sent to show that they paid.</summary>
    [Function("OpenPaymentProof"), Staff(Role.Orders), ApiKeyScope("payments:read")]
    [Answer(200, ContentType = "application/octet-stream"), Refusal(404, "payment.transfer-unknown")]
    public async Task<IResult> Proof([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{attempt}/proofs/{number}")] HttpRequest request, string orderId, string attempt, string number)
    {
        CancellationToken cancel = request.HttpContext.RequestAborted;
        if (int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out int tried) && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int sent)
            && await transfers.Find(ManualTransferGateway.Reference(orderId, tried), cancel) is { Value.Proofs: { } proofs } && sent >= 1 && sent <= proofs.Count)
            return TypedResults.Bytes(await transfers.ReadProof(proofs[sent - 1], cancel), "application/octet-stream", $"{orderId}-{attempt}-{number}");
        return PaymentProblems.TransferUnknown.ToHttp();
    }
}
