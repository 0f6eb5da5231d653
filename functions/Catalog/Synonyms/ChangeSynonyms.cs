using Azure.Storage.Queues.Models;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Says anew which words mean the same. Every instance learns it from the catalogue's log, as it learns of products, and by the same promise:
/// the note goes first, so that a crash before the log has it loses nothing.
/// </summary>
public sealed class ChangeSynonyms(SynonymStore store, CatalogStore notes, CatalogLog log, CatalogIndex index, TimeProvider clock)
{
    public async Task<Result<Stored<SynonymList>>> Run(SynonymDraft wanted, IfMatch ifMatch, string actor, CancellationToken cancellationToken)
    {
        if (wanted.Check() is { Count: > 0 } mistakes) return CatalogProblems.SynonymsInvalid with { Errors = mistakes };
        Stored<SynonymList> known = await store.Read(cancellationToken);
        if (ifMatch.Check(known.ETag) is { } stale) return stale;

        SendReceipt note = await notes.NoteChange([AppendChange.Synonyms], cancellationToken);
        Stored<SynonymList>? written = await store.TryWrite(new SynonymList(known.Value.Version + 1, wanted.Groups, actor, clock.GetUtcNow()), known.ETag, cancellationToken);
        if (written is null) return HttpProblems.PreconditionFailed;
        CatalogLogLine[] lines = [new CatalogLogLine { Synonyms = written.Value }];
        await log.Append(lines, cancellationToken);
        index.Apply(lines);
        await notes.DropNote(note, cancellationToken);
        return written;
    }
}
