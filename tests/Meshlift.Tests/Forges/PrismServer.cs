using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meshlift.Tests.Forges;

/// <summary>A mock server of GitHub's own OpenAPI description, which says of each request whether the description allows it. <c>./test</c> fetches it.</summary>
internal sealed class PrismServer : IAsyncDisposable
{
    private static readonly string? Folder = Find();

    private readonly Process _process;

    private PrismServer(Process process, Uri address) => (_process, Address) = (process, address);

    public static bool IsThere => Folder is not null;

    public Uri Address { get; }

    public static async Task<PrismServer> StartAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            // Another program may take the port before the server does; then it says so, and another one is tried.
            var port = FreePort();
            var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
            foreach (var argument in (string[])["node_modules/@stoplight/prism-cli/dist/index.js", "mock", "--port", port.ToString(CultureInfo.InvariantCulture), "github.json"]) start.ArgumentList.Add(argument);
            var process = Process.Start(start)!;
            var server = new PrismServer(process, new Uri($"http://127.0.0.1:{port}/"));
            var lines = new ConcurrentQueue<string>();
            var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is not { } text) listening.TrySetResult(false);
                else if (text.Contains("Prism is listening", StringComparison.Ordinal)) listening.TrySetResult(true);
                else lines.Enqueue(text);
            };
            process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            try
            {
                if (await listening.Task.WaitAsync(limit.Token)) return server;
            }
            catch (OperationCanceledException)
            {
                await server.DisposeAsync();
                throw;
            }
            await server.DisposeAsync();
            Assert.True(lines.Any(line => line.Contains("EADDRINUSE", StringComparison.Ordinal)), string.Join('\n', lines));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "artifacts", "tools", "prism", "github.json")))
                return Path.Combine(folder.FullName, "artifacts", "tools", "prism");
        return null;
    }
}

/// <summary>A test against GitHub's description.</summary>
public sealed class PrismFactAttribute : FactAttribute
{
    public PrismFactAttribute()
    {
        if (!PrismServer.IsThere) Skip = "SKIPPED: prism is not there, so requests were not held against GitHub's own description; ./test fetches it";
    }
}
