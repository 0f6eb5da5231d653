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
    private (string, string)? _staff;
    private long _signedIn;

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
        (_, TimeSpan took) = await Import(SampleCatalogue.Csv(products, first), "text/csv");
        string last = $"/v1/store/products/{SampleCatalogue.Slug(first + products - 1)}";
        await Until(async () => await Answers(last) && (await Get(last)).GetProperty("variants")[SampleCatalogue.Variants - 1].GetProperty("available").GetInt32() > 0);
        return took;
    }

    /// <summary>Imports a file, none of whose rows may be refused.</summary>
    /// <returns>What became of the rows, and the time from the file to the job's end.</returns>
    public async Task<(JsonElement Rows, TimeSpan Took)> Import(byte[] file, string mediaType)
    {
        (JsonElement job, TimeSpan took) = await Run("/v1/admin/imports", new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } });
        return job.GetProperty("rows").GetProperty("refused").GetInt32() == 0 ? (job.GetProperty("rows"), took) : throw new InvalidOperationException($"Rows were refused: {job}");
    }

    /// <summary>Has the catalogue written into a file.</summary>
    /// <returns>The file, and the time until it was there.</returns>
    public async Task<(byte[] File, TimeSpan Took)> Export(string format)
    {
        (JsonElement job, TimeSpan took) = await Run("/v1/admin/exports", JsonContent.Create(new { format }));
        using var request = new HttpRequestMessage(HttpMethod.Get, job.GetProperty("fileUrl").GetString());
        (string name, string value) = await Staff();
        request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync(), took);
    }

    /// <summary>Starts a job and waits for its end, for as long as it gets on.</summary>
    private async Task<(JsonElement Job, TimeSpan Took)> Run(string jobs, HttpContent asked)
    {
        long begun = Stopwatch.GetTimestamp(), moved = begun;
        JsonElement job = (await Send(HttpMethod.Post, jobs, asked, await Staff())).Json;
        string id = job.GetProperty("id").GetString()!;
        while (job.GetProperty("status").GetString() is not "completed" and var status)
        {
            if (status == "failed" || Stopwatch.GetElapsedTime(moved) > Limit) throw new InvalidOperationException($"The job came to no end: {job}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            JsonElement now = (await Send(HttpMethod.Get, $"{jobs}/{id}", null, await Staff())).Json;
            if (now.ToString() != job.ToString()) moved = Stopwatch.GetTimestamp();
            job = now;
        }
        return (job, Stopwatch.GetElapsedTime(begun));
    }

    /// <summary>The header of the owner, whose access token is good for some minutes.</summary>
    private async Task<(string, string)> Staff()
    {
        if (_staff is { } token && Stopwatch.GetElapsedTime(_signedIn) < TimeSpan.FromMinutes(5)) return token;
        _signedIn = Stopwatch.GetTimestamp();
        JsonElement session = (await Send(HttpMethod.Post, "/v1/admin/sessions", new { email = "owner@shop.test", password = ShopChild.StaffPassword })).Json;
        return (_staff = ("Authorization", "Bearer " + session.GetProperty("accessToken").GetString())).Value;
    }

    public static Task Until(Func<Task<bool>> holds, int pauseMilliseconds = 50) => Until(holds, () => pauseMilliseconds);

    /// <param name="holds">Asked again until it does.</param>
    /// <param name="pause">Milliseconds before it is asked again.</param>
    public static async Task Until(Func<Task<bool>> holds, Func<int> pause)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(begun) > Limit) throw new TimeoutException($"Waited {Limit.TotalMinutes} minutes in vain.");
            await Task.Delay(TimeSpan.FromMilliseconds(pause()), TimeProvider.System);
        }
    }

    public void Dispose() => _http.Dispose();
}
