using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Emulator.Clock;
using Shop.Emulator.Midtrans;

namespace Shop.Tests.Emulator.Midtrans;

/// <summary>The Midtrans room and a merchant who speaks to it.</summary>
internal sealed class MidtransHost : IAsyncDisposable
{
    public const string ServerKey = "SB-Mid-server_emulator";

    private MidtransHost(RoomHost room) => Room = room;

    public RoomHost Room { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<MidtransHost> Start(string? prefix = null, EmulatorClock? clock = null, Func<ReceivedHook, int>? shopAnswers = null) =>
        new(await RoomHost.Start((services, _) => services.AddMidtrans(), app => app.MapMidtrans(), prefix, clock, shopAnswers));

    public Task<JsonElement> Charge(string orderId, string paymentType = "bank_transfer", string? bank = "bca", object? amount = null, string? key = null, Action<JsonObject>? change = null)
    {
        var charge = new JsonObject
        {
            ["payment_type"] = paymentType,
            ["transaction_details"] = new JsonObject { ["order_id"] = orderId, ["gross_amount"] = JsonSerializer.SerializeToNode(amount ?? 150_000) },
        };
        if (paymentType == "bank_transfer") charge["bank_transfer"] = new JsonObject { ["bank"] = bank };
        if (paymentType == "ovo") charge["ovo"] = new JsonObject { ["payer_phone_number"] = "081234567890" };
        change?.Invoke(charge);
        return Call(HttpMethod.Post, "charge", charge, key);
    }

    public Task<JsonElement> Status(string id) => Call(HttpMethod.Get, $"{id}/status");

    public Task<JsonElement> Post(string orderId, string what, object? body = null) => Call(HttpMethod.Post, $"{orderId}/{what}", body);

    public async Task<JsonElement> Call(HttpMethod method, string path, object? body = null, string? key = null)
    {
        using HttpResponseMessage response = await Send(method, path, body, key, ServerKey);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body, string? key, string serverKey)
    {
        using var request = new HttpRequestMessage(method, "/emulator/midtrans/v2/" + path);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(serverKey + ":")));
        return await Room.Http.SendAsync(request, Cancellation);
    }

    public Task<HttpResponseMessage> Press(string orderId, string button, object? sent = null) => Room.Http.PostAsJsonAsync($"/emulator/midtrans/{orderId}/{button}", sent ?? new { }, Cancellation);

    /// <summary>The next notification, its signature checked.</summary>
    public async Task<JsonElement> NextNotification()
    {
        ReceivedHook hook = await Room.NextHook();
        Assert.Equal("/v1/hooks/midtrans", hook.Path);
        JsonElement told = JsonDocument.Parse(hook.Body).RootElement;
        string signed = told.GetProperty("order_id").GetString() + told.GetProperty("status_code").GetString() + told.GetProperty("gross_amount").GetString() + ServerKey;
        Assert.Equal(Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(signed))), told.GetProperty("signature_key").GetString());
        return told;
    }

    /// <summary>The status that the next notification tells.</summary>
    public async Task<string> NextStatus() => (await NextNotification()).GetProperty("transaction_status").GetString()!;

    public ValueTask DisposeAsync() => Room.DisposeAsync();
}
