using System.Buffers;
using System.IO.Pipelines;

namespace Shop.Emulator.Mailbox;

/// <summary>What a client sends, line by line. Only CR LF ends a line: a bare LF is content, or one mail could smuggle in another.</summary>
internal sealed class SmtpLines(PipeReader reader)
{
    /// <summary>A line without its end; <c>null</c> when the client is gone.</summary>
    /// <exception cref="InvalidDataException">The line is longer than <paramref name="limit"/> bytes.</exception>
    public async Task<byte[]?> Read(int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (Take(ref buffer) is { } line)
            {
                reader.AdvanceTo(buffer.Start);
                return line.Length <= limit ? line : throw new InvalidDataException("The line is too long.");
            }
            if (buffer.Length > limit) throw new InvalidDataException("The line is too long.");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    private static byte[]? Take(ref ReadOnlySequence<byte> buffer)
    {
        var sequence = new SequenceReader<byte>(buffer);
        if (!sequence.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8)) return null;
        buffer = sequence.UnreadSequence;
        return line.ToArray();
    }
}
