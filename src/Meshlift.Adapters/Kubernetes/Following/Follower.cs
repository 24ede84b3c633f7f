using System.Text.Json;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Kubernetes.Following;

/// <summary>Follows the objects of a kind over any number of connections.</summary>
internal sealed class Follower<T>(ClusterClient client, RequestSender sender, ClientSettings settings, ApiResource resource, ListQuery query, ItemReader<T> reader) : IDisposable
{
    // The server ends a watch at its limit; one that does not is taken for lost a little later.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly StringPool _strings = new();
    private string? _version;
    private bool _isFirst = true;
    private ApiRequest? _request;
    private Answer? _watch;
    private TimeSpan _limit;
    private DateTimeOffset _connected;
    private int _failures;
    private TimeSpan? _asked;
    private bool _interrupted;

    public void Dispose() => _watch?.Dispose();

    /// <summary>Waits for the next change.</summary>
    public async Task<Change<T>> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (_version is null) return await ListAsync(cancel);
                if (_watch is null)
                {
                    await ConnectAsync(cancel);
                    if (_interrupted)
                    {
                        _interrupted = false;
                        return new Change<T>.Resumed();
                    }
                }
                if (await ReadAsync(cancel) is { } change) return change;
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && !_isFirst && IsPassing(e))
            {
                TimeSpan? silence = _watch is { RanOut: true } ? _limit : null;
                End();
                // A connection that has ended is nothing to tell of; one that cannot be made again is.
                if (++_failures < 2 || _interrupted) continue;
                _interrupted = true;
                return new Change<T>.Interrupted(sender.Explain(_request!, e, silence).Message);
            }
            catch (Rejection e)
            {
                throw _request!.Name.Rejected(e.Status);
            }
        }
    }

    private async Task<Change<T>> ListAsync(CancellationToken cancel)
    {
        if (_failures > 0) await PauseAsync(cancel);
        _request ??= client.WatchRequest(resource, query, "", settings.WatchLimit);
        var list = await client.ListAsync(resource, query with { MayBeInconsistent = false }, reader, cancel);
        _version = list.ResourceVersion;
        _interrupted = false;
        var snapshot = new Change<T>.Snapshot(list.Items, list.ResourceVersion, IsResync: !_isFirst);
        _isFirst = false;
        return snapshot;
    }

    private async Task ConnectAsync(CancellationToken cancel)
    {
        await PauseAsync(cancel);
        var limit = settings.WatchLimit * (1 + settings.Chance());
        _request = client.WatchRequest(resource, query, _version!, limit);
        try
        {
            _limit = limit + Grace;
            _watch = await sender.OpenAsync(_request, _limit, cancel);
            _connected = settings.Time.GetUtcNow();
        }
        catch (Rejection e) when (e.Status.IsExpired)
        {
            _version = null;
            throw;
        }
    }

    private async Task PauseAsync(CancellationToken cancel)
    {
        var pause = WatchPause.After(_failures, _asked, settings.Chance());
        _asked = null;
        if (pause > TimeSpan.Zero) await Task.Delay(pause, settings.Time, cancel);
    }

    /// <summary>Reads one event; null when it changes nothing that the caller sees.</summary>
    private async Task<Change<T>?> ReadAsync(CancellationToken cancel)
    {
        var body = _watch!.Body;
        if (await body.PeekAsync() is null)
        {
            cancel.ThrowIfCancellationRequested();
            // A server that ends each watch at once is not asked again without a pause; one that ends a quiet watch at its limit is.
            End();
            _failures = settings.Time.GetUtcNow() - _connected < Quiet ? _failures + 1 : 0;
            return null;
        }
        var length = await body.ValueAsync();
        var change = Understand(body.Span[..length]);
        body.Consume(length);
        _failures = 0;
        return change;
    }

    private Change<T>? Understand(ReadOnlySpan<byte> json)
    {
        var type = "";
        ReadOnlySpan<byte> item = default;
        var cursor = new JsonCursor(json);
        for (cursor.Enter(); cursor.NextMember(out var name);)
        {
            if (name.SequenceEqual("type"u8)) type = cursor.Text(_strings) ?? "";
            else if (name.SequenceEqual("object"u8)) item = cursor.Raw();
            else cursor.Skip();
        }
        if (type == "ERROR") throw new Rejection(ApiStatus.Parse(0, item) ?? new ApiStatus(500, "", "a watch ended with an error that is no Status"));
        var version = VersionOf(item);
        Change<T>? change = type switch
        {
            "ADDED" => new Change<T>.Added(reader(item, _strings)),
            "MODIFIED" => new Change<T>.Modified(reader(item, _strings)),
            "DELETED" => new Change<T>.Deleted(reader(item, _strings)),
            "BOOKMARK" => null,
            _ => throw new JsonException($"a watch has no event '{type}'"),
        };
        // Only behind the reading: an event that could not be read is not behind us.
        if (version.Length > 0) _version = version;
        return change;
    }

    private bool IsPassing(Exception e)
    {
        if (e is UserException { InnerException: Rejection inner }) e = inner;
        if (e is not Rejection { Status: var status })
            return e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or JsonException
                || e is UserException { InnerException: HttpRequestException { InnerException: not System.Security.Authentication.AuthenticationException } or IOException or OperationCanceledException or TimeoutException };
        _asked = status.RetryAfter;
        if (status.IsExpired)
        {
            _version = null;
            return true;
        }
        return status.Code is 0 or 429 or >= 500;
    }

    private void End()
    {
        _watch?.Dispose();
        _watch = null;
    }

    private static string VersionOf(ReadOnlySpan<byte> item)
    {
        var version = "";
        if (item.IsEmpty) throw new JsonException("an event has no object");
        var cursor = new JsonCursor(item);
        for (cursor.Enter(); cursor.NextMember(out var name);)
        {
            if (!name.SequenceEqual("metadata"u8)) cursor.Skip();
            else
                for (cursor.Enter(); cursor.NextMember(out var field);)
                    if (field.SequenceEqual("resourceVersion"u8)) version = cursor.Text() ?? "";
                    else cursor.Skip();
        }
        return version;
    }
}
