using System.Net;
using System.Net.Sockets;

namespace Shop.Tests.Journeys;

/// <summary>A line to a port that can be cut: new connections are refused, those that stand are broken.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly int _target;
    private readonly HashSet<Socket> _open = [];
    private readonly CancellationTokenSource _over = new();
    private TcpListener? _listener;

    private Line(int target) => _target = target;

    public int Port { get; private set; }

    public static Line To(int port)
    {
        var line = new Line(port);
        line.Mend();
        return line;
    }

    public void Cut()
    {
        _listener?.Stop();
        _listener = null;
        lock (_open)
        {
            foreach (Socket socket in _open) socket.Close(0);
            _open.Clear();
        }
    }

    public void Mend()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Accept(_listener);
    }

    public ValueTask DisposeAsync()
    {
        _over.Cancel();
        Cut();
        return ValueTask.CompletedTask;
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true) _ = Carry(await listener.AcceptSocketAsync(_over.Token));
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    private async Task Carry(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (_open)
        {
            _open.Add(near);
            _open.Add(far);
        }
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _over.Token);
            await using var one = new NetworkStream(near, ownsSocket: true);
            await using var other = new NetworkStream(far, ownsSocket: true);
            await Task.WhenAny(one.CopyToAsync(other, _over.Token), other.CopyToAsync(one, _over.Token));
        }
        catch (Exception broken) when (broken is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(near);
                _open.Remove(far);
            }
        }
    }
}
