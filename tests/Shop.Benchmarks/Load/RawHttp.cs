using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Shop.Benchmarks.Load;

/// <summary>
/// HTTP/1.1 on bare sockets. HttpClient costs about as much as a lean endpoint; on a machine that client and server share, it would hide
/// what is compared.
/// </summary>
internal static class RawHttp
{
    /// <summary>Sends the requests in turn over so many connections.</summary>
    public static async Task<Measured> Run(Uri server, IReadOnlyList<byte[]> requests, TimeSpan window, int connections = 32)
    {
        List<Connection> open = [];
        try
        {
            for (int i = 0; i < connections; i++) open.Add(await Connection.Open(server));
            return await ClosedLoop.Run(connections, window, async (worker, turn) => await open[worker].Ask(requests[turn % requests.Count]));
        }
        finally
        {
            foreach (Connection connection in open) connection.Dispose();
        }
    }

    public static byte[] Get(Uri server, string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: application/json\r\n\r\n");

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public static async Task<Connection> Open(Uri server)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server.Host, server.Port);
            return new Connection(socket);
        }

        /// <exception cref="InvalidOperationException">The answer is not a 200 whose length is known.</exception>
        public async ValueTask Ask(ReadOnlyMemory<byte> request)
        {
            await socket.SendAsync(request);
            int read = 0, headEnd;
            do
            {
                int more = await socket.ReceiveAsync(_buffer.AsMemory(read));
                if (more == 0) throw new InvalidOperationException("The server closed the connection.");
                read += more;
                headEnd = _buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8);
            }
            while (headEnd < 0 && read < _buffer.Length);
            int left = BodyLength(_buffer.AsSpan(0, Math.Max(0, headEnd))) - (read - headEnd - 4);
            while (left > 0)
            {
                int more = await socket.ReceiveAsync(_buffer.AsMemory(0, Math.Min(left, _buffer.Length)));
                if (more == 0) throw new InvalidOperationException("The server closed the connection.");
                left -= more;
            }
        }

        public void Dispose() => socket.Dispose();

        private static int BodyLength(ReadOnlySpan<byte> head)
        {
            int at = head.IndexOf("Content-Length: "u8);
            if (!head.StartsWith("HTTP/1.1 200 "u8) || at < 0) throw new InvalidOperationException("The answer is not a 200 with a length: " + Encoding.UTF8.GetString(head));
            ReadOnlySpan<byte> number = head[(at + 16)..];
            int end = number.IndexOf((byte)'\r');
            return int.Parse(end < 0 ? number : number[..end], NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }
}
