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
public sealed class MidtransGateway(IHttpClientFactory clients, TimeProvider clock) : IPaymentGateway
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
        if (MidtransMessages.ToPayment(reference, told).Status is ProviderPaymentStatus.Cancelled or ProviderPaymentStatus.Failed) throw new PaymentRefusedException("The payment was over before it was opened.", null);
        if (MidtransMessages.Instructions(channel, told, payment) is { } instructions) return new OpenedPayment(reference, instructions);
        await Cancel(reference, cancellationToken);
        throw new PaymentRefusedException("Midtrans does not say any more how the payment can be made.", null);
    }

    public async Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken) => MidtransMessages.ToPayment(reference, await Status(reference, cancellationToken));

    public async Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken)
    {
        await Send(HttpMethod.Post, $"v2/{Uri.EscapeDataString(reference)}/cancel", null, null, cancellationToken);
        // Cancelled now or before, expired, or paid first. What was denied is not cancelled any more, and no money can come of it either.
        ProviderPayment payment = await Find(reference, cancellationToken);
        return payment.Status == ProviderPaymentStatus.Failed ? payment with { Status = ProviderPaymentStatus.Cancelled } : payment;
    }

    public async Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken)
    {
        MidtransTransaction paid = await Status(reference, cancellationToken);
        string refundKey = MidtransMessages.RefundKey(key);
        if (!MidtransMessages.Refunds(paid)) return ProviderRefund.ByHandUnder(key, amount);
        if (paid.Refunds.Contains(refundKey)) return new ProviderRefund(refundKey, amount);
        if (amount.Amount % amount.Currency.MinorUnits != 0) return ProviderRefund.ByHandUnder(key, amount); // Midtrans counts whole rupiah.
        JsonObject refund = new() { ["refund_key"] = refundKey, ["amount"] = MidtransMessages.ToRupiah(amount), ["reason"] = "refund" };
        MidtransTransaction told = await Send(HttpMethod.Post, $"v2/{Uri.EscapeDataString(reference)}/refund", refund, null, cancellationToken);
        if (told.Code == MidtransTransaction.Done || (await Status(reference, cancellationToken)).Refunds.Contains(refundKey)) return new ProviderRefund(refundKey, amount);
        if (told.Code == MidtransTransaction.Insufficient) throw new HttpRequestException($"Midtrans cannot give back {amount} before more money has come.");
        // ShopeePay and the codes it takes rest at night, from 23:30 or 23:55 to 06:00. https://docs.midtrans.com/reference/direct-refund-transaction
        if (paid.PaymentType is "shopeepay" or "qris" && MidtransMessages.IsNight(clock.GetUtcNow())) throw new HttpRequestException($"Midtrans did not give back {amount} at night: {told.StatusCode}.");
        // The time for refunds of a method is over sooner or later, and a wallet may be closed: then people pay it out.
        throw new RefundFailedException($"Midtrans did not give back {amount}: {told.StatusCode}.");
    }

    private Task<MidtransTransaction> Status(string reference, CancellationToken cancellationToken) => Send(HttpMethod.Get, $"v2/{Uri.EscapeDataString(reference)}/status", null, null, cancellationToken);

    /// <summary>Midtrans says how it went in the body's <c>status_code</c>; HTTP's own tells about broken machinery only.</summary>
    /// <exception cref="HttpRequestException">It may go better another time.</exception>
    private async Task<MidtransTransaction> Send(HttpMethod method, string path, JsonObject? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = JsonContent.Create(body);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        using HttpResponseMessage response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        if (IsTransient((int)response.StatusCode)) throw new HttpRequestException($"Midtrans answered {(int)response.StatusCode}.");
        try
        {
            MidtransTransaction told = await response.Content.ReadFromJsonAsync<MidtransTransaction>(MidtransMessages.Json, cancellationToken) ?? throw new HttpRequestException("Midtrans answered nothing.");
            return IsTransient(told.Code) ? throw new HttpRequestException($"Midtrans answered {told.StatusCode}.") : told;
        }
        catch (JsonException malformed)
        {
            throw new HttpRequestException("Midtrans answered something else than was asked for.", malformed);
        }
    }

    /// <summary>A key that is being changed, a call under the same idempotency key that still runs, too many calls, a breakdown; or no code at all.</summary>
    private static bool IsTransient(int code) => code is 0 or (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Conflict or (int)HttpStatusCode.TooManyRequests or >= (int)HttpStatusCode.InternalServerError;
}
