using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Common;

namespace Shop.Payments;

/// <summary>
/// Virtual accounts, QRIS and e-wallets through Midtrans' Core API. Midtrans takes an <c>order_id</c> once, so ours is the order with its
/// attempt, and it is also the payment's reference: a charge whose answer was lost is found again. https://docs.midtrans.com/reference
/// </summary>
public sealed class MidtransGateway(IHttpClientFactory clients) : IPaymentGateway
{
    public const string Name = "midtrans";

    internal const string ClientName = "midtrans";

    public string Provider => Name;

    internal static string Reference(string orderId, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{orderId}-{attempt}");

    /// <summary>The order of a reference; <c>null</c> when it is not one of ours.</summary>
    internal static string? OrderOf(string? reference) => reference?.LastIndexOf('-') is { } dash and > 0 && Ids.IsValid("ord", reference[..dash]) ? reference[..dash] : null;

    public async Task<OpenedPayment> Open(PaymentToOpen payment, CancellationToken cancellationToken)
    {
        MidtransChannel channel = MidtransChannel.Find(payment.Channel) ?? throw new PaymentRefusedException($"Midtrans has no {payment.Channel} here.", null);
        string reference = Reference(payment.OrderId, payment.Attempt);
        JsonObject charge = MidtransMessages.Charge(channel, reference, payment);
        MidtransTransaction told = await Send(HttpMethod.Post, "v2/charge", charge, reference, cancellationToken);
        // It was charged by an earlier try, longer ago than Midtrans remembers its answers.
        if (told.Code == MidtransTransaction.Duplicate) told = await Status(reference, cancellationToken);
        if (told.Code is not (MidtransTransaction.Done or MidtransTransaction.Waiting)) throw new PaymentRefusedException($"Midtrans refused to open the payment: {told.StatusCode}.", null);
        if (MidtransMessages.Instructions(channel, told, payment.Amount) is { } instructions) return new OpenedPayment(reference, instructions);
        await Cancel(reference, cancellationToken);
        throw new PaymentRefusedException("Midtrans does not say any more how the payment can be made.", null);
    }

    public async Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken) => MidtransMessages.ToPayment(reference, await Status(reference, cancellationToken));

    public async Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken)
    {
        await Send(HttpMethod.Post, $"v2/{Uri.EscapeDataString(reference)}/cancel", null, null, cancellationToken);
        return await Find(reference, cancellationToken); // Cancelled now or before, expired, or paid first.
    }

    public async Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken)
    {
        MidtransTransaction paid = await Status(reference, cancellationToken);
        string refundKey = MidtransMessages.RefundKey(key);
        if (!MidtransMessages.Refunds(paid)) return ProviderRefund.ByHandUnder(key, amount);
        if (paid.Refunds.Contains(refundKey)) return new ProviderRefund(refundKey, amount);
        JsonObject refund = new() { ["refund_key"] = refundKey, ["amount"] = MidtransMessages.ToRupiah(amount), ["reason"] = "refund" };
        MidtransTransaction told = await Send(HttpMethod.Post, $"v2/{Uri.EscapeDataString(reference)}/refund", refund, null, cancellationToken);
        if (told.Code == MidtransTransaction.Done || (await Status(reference, cancellationToken)).Refunds.Contains(refundKey)) return new ProviderRefund(refundKey, amount);
        // The window for refunds of a method ends sooner or later: then people pay it out.
        if (told.Code is MidtransTransaction.NotAllowed) return ProviderRefund.ByHandUnder(key, amount);
        throw new HttpRequestException($"Midtrans did not give back {amount}: {told.StatusCode}.");
    }

    private Task<MidtransTransaction> Status(string reference, CancellationToken cancellationToken) => Send(HttpMethod.Get, $"v2/{Uri.EscapeDataString(reference)}/status", null, null, cancellationToken);

    /// <summary>Midtrans says how it went in the body's <c>status_code</c>; HTTP's own tells about broken machinery only.</summary>
    private async Task<MidtransTransaction> Send(HttpMethod method, string path, JsonObject? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = JsonContent.Create(body);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using HttpResponseMessage response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or >= HttpStatusCode.InternalServerError) throw new HttpRequestException($"Midtrans answered {(int)response.StatusCode}.");
        try
        {
            return await response.Content.ReadFromJsonAsync<MidtransTransaction>(MidtransMessages.Json, cancellationToken) ?? throw new HttpRequestException("Midtrans answered nothing.");
        }
        catch (JsonException malformed)
        {
            throw new HttpRequestException("Midtrans answered something else than was asked for.", malformed);
        }
    }
}
