using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shop.Benchmarks.Children;

namespace Shop.Benchmarks.Load;

/// <summary>The shop's API as a client calls it. Anything but success ends the benchmark.</summary>
internal sealed class ShopApi(Uri server) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };

    /// <summary>Answers and what each cost in storage operations; none where the header is absent.</summary>
    public async Task<(JsonElement Json, int? Operations)> Send(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await _http.SendAsync(request);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)response.StatusCode} {method} {path}: {System.Text.Encoding.UTF8.GetString(bytes)}");
        int? operations = response.Headers.TryGetValues("X-Storage-Operations", out IEnumerable<string>? counted) ? int.Parse(counted.First(), CultureInfo.InvariantCulture) : null;
        return (bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes), operations);
    }

    public async Task<JsonElement> Get(string path) => (await Send(HttpMethod.Get, path, null, ("Accept", "application/json"))).Json;

    public Task<byte[]> Bytes(string path) => _http.GetByteArrayAsync(path);

    public async Task Put(string path, byte[] body) => (await _http.PutAsync(path, new ByteArrayContent(body))).EnsureSuccessStatusCode();

    public async Task<bool> Answers(string path)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(path);
            return response.StatusCode == HttpStatusCode.OK && !(await response.Content.ReadAsStringAsync()).StartsWith("{\"data\":[]", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Storage operations since the start: the Durable engine's and the app's.</summary>
    public async Task<(long Engine, long App)> Meter() => await Reading() is var reading ? (reading.Engine, reading.App) : default;

    /// <summary>Everything that is counted since the start.</summary>
    public async Task<MeterReading> Reading()
    {
        JsonElement meter = await Get("/emulator/meter");
        long Operations(string kind) => meter.GetProperty("counters").TryGetProperty("shop.storage.operations." + kind, out JsonElement counted) ? counted.GetInt64() : 0;
        return new MeterReading(
            meter.GetProperty("engineOperations").GetInt64(), Operations("table"), Operations("queue"), Operations("blob"),
            meter.GetProperty("executions").EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetInt64(), StringComparer.Ordinal));
    }

    /// <summary>Imports products as staff does, and waits until the last one can be bought.</summary>
    /// <param name="products">How many.</param>
    /// <param name="first">The number of the first.</param>
    /// <returns>From the file to the job's end.</returns>
    public async Task<TimeSpan> Import(int products, int first = 0)
    {
        (string, string) staff = await SignIn();
        var file = new ByteArrayContent(SampleCatalogue.Csv(products, first)) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        long begun = Stopwatch.GetTimestamp(), signedIn = begun;
        string import = (await Send(HttpMethod.Post, "/v1/admin/imports", file, staff)).Json.GetProperty("id").GetString()!;
        await Until(
            async () =>
            {
                if (Stopwatch.GetElapsedTime(signedIn) > TimeSpan.FromMinutes(5)) (staff, signedIn) = (await SignIn(), Stopwatch.GetTimestamp());
                JsonElement job = (await Send(HttpMethod.Get, $"/v1/admin/imports/{import}", null, staff)).Json;
                if (job.GetProperty("status").GetString() == "failed" || job.GetProperty("rows").GetProperty("refused").GetInt32() > 0) throw new InvalidOperationException($"The import was refused: {job}");
                return job.GetProperty("status").GetString() == "completed";
            },
            () => 50,
            Limit + (products * TimeSpan.FromMilliseconds(60)));
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        string last = $"/v1/store/products/{SampleCatalogue.Slug(first + products - 1)}";
        await Until(async () => await Answers(last) && (await Get(last)).GetProperty("variants")[SampleCatalogue.Variants - 1].GetProperty("available").GetInt32() > 0);
        return took;
    }

    private async Task<(string, string)> SignIn() => ("Authorization", "Bearer "
        + (await Send(HttpMethod.Post, "/v1/admin/sessions", new { email = "owner@shop.test", password = ShopChild.StaffPassword })).Json.GetProperty("accessToken").GetString());

    public static Task Until(Func<Task<bool>> holds, int pauseMilliseconds = 50) => Until(holds, () => pauseMilliseconds);

    /// <param name="holds">Asked again until it does.</param>
    /// <param name="pause">Milliseconds before it is asked again.</param>
    /// <param name="limit">How long at most; three minutes when absent.</param>
    public static async Task Until(Func<Task<bool>> holds, Func<int> pause, TimeSpan? limit = null)
    {
        TimeSpan most = limit ?? Limit;
        long begun = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(begun) > most) throw new TimeoutException($"Waited {most.TotalMinutes} minutes in vain.");
            await Task.Delay(TimeSpan.FromMilliseconds(pause()), TimeProvider.System);
        }
    }

    public void Dispose() => _http.Dispose();
}
