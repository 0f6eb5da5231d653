using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;

namespace Shop.Emulator.Mailbox;

/// <summary>Takes mail on a port of 127.0.0.1 that is known before anything is built.</summary>
internal sealed partial class SmtpServer(SmtpPort port, MailStore mails, MailMisbehaviour misbehaviour, EmulatorClock clock, ILogger<SmtpServer> logger) : BackgroundService
{
    /// <summary>RFC 5321 asks for five minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Listens before anything that starts later can send: what a background service executes runs beside the start, not within it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        port.Socket.Listen();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true) _ = Serve(await port.Socket.AcceptAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            port.Socket.Close();
        }
    }

    private async Task Serve(Socket client, CancellationToken stoppingToken)
    {
        try
        {
            client.NoDelay = true;
            await using var stream = new NetworkStream(client, ownsSocket: true);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            limit.CancelAfter(Patience);
            await new SmtpConversation(stream, Receive).Hold(limit.Token);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or SocketException or InvalidDataException)
        {
            // The client went away, was silent for too long, or sent an endless line.
        }
    }

    private async Task<Reception> Receive(Envelope envelope, byte[] raw, CancellationToken cancellationToken)
    {
        Reception reception = misbehaviour.Next();
        if (reception == Reception.Rejected) return reception;
        try
        {
            await mails.Keep(envelope, raw, clock.GetUtcNow(), cancellationToken);
            return reception;
        }
        catch (FormatException)
        {
            return Reception.Refused;
        }
        catch (Exception broken) when (broken is RequestFailedException or AggregateException)
        {
            NotKept(broken);
            return Reception.Rejected;
        }
    }

    [LoggerMessage(4301, LogLevel.Error, "A mail could not be kept; its sender was told to try again.")]
    private partial void NotKept(Exception exception);
}

/// <summary>The mailbox's port, bound but not yet listening.</summary>
internal sealed class SmtpPort
{
    private SmtpPort(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public string Address => $"smtp://127.0.0.1:{((IPEndPoint)Socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture)}";

    public static SmtpPort Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new SmtpPort(socket);
    }
}

/// <summary>What the mailbox does wrong on request; forgotten at a restart.</summary>
internal sealed class MailMisbehaviour
{
    private readonly Lock _gate = new();
    private long _reject;
    private long _drop;

    /// <summary>Rejects the next mails with 451, then keeps the next ones without telling the sender.</summary>
    public void Set(long reject, long drop)
    {
        lock (_gate) (_reject, _drop) = (reject, drop);
    }

    public Reception Next()
    {
        lock (_gate)
        {
            if (_reject > 0)
            {
                _reject--;
                return Reception.Rejected;
            }
            if (_drop == 0) return Reception.Accepted;
            _drop--;
            return Reception.Dropped;
        }
    }
}
