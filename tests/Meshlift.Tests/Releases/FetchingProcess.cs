using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Releases
{
    /// <summary>Another process that fetches istioctl; it tells how it goes line by line, and can be killed at any moment.</summary>
    internal sealed class FetchingProcess : IDisposable
    {
        internal const string Releases = "MESHLIFT_TEST_FETCH_RELEASES";
        internal const string Cache = "MESHLIFT_TEST_FETCH_CACHE";

        private readonly Process _process;
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        private FetchingProcess(Process process) => _process = process;

        public int Id => _process.Id;

        public static FetchingProcess Start(Uri releases, string cacheFolder, params (string Name, string Value)[] variables)
        {
            var tests = typeof(FetchingProcess).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", ["exec", tests]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            // The runtime calls StartupHook.Initialize of this assembly before anything else.
            start.Environment["DOTNET_STARTUP_HOOKS"] = tests;
            start.Environment[Releases] = releases.AbsoluteUri;
            start.Environment[Cache] = cacheFolder;
            foreach (var (name, value) in variables) start.Environment[name] = value;
            var fetching = new FetchingProcess(Process.Start(start)!);
            _ = fetching.ReadAsync();
            return fetching;
        }

        /// <summary>Waits for a line that begins so, and gives the rest of it.</summary>
        public async Task<string> SaysAsync(string beginning)
        {
            var said = new List<string>();
            await foreach (var line in _lines.Reader.ReadAllAsync())
            {
                if (line.StartsWith(beginning, StringComparison.Ordinal)) return line[beginning.Length..].Trim();
                said.Add(line);
            }
            throw new InvalidOperationException($"the process ended and never said '{beginning}', but: {string.Join('\n', said)}");
        }

        /// <summary>Kills it, without any chance to put things in order.</summary>
        public async Task KillAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill();
            _process.Dispose();
        }

        /// <summary>What the process does.</summary>
        internal static async Task<int> RunAsync(string releases, string cacheFolder)
        {
            try
            {
                using var http = ReleaseWeb.Client();
                var fetcher = new ReleaseFetcher(new ReleaseSource(new Uri(releases)) { Platform = FetcherFixture.Linux }, cacheFolder, http, TimeProvider.System);
                var release = await fetcher.FetchAsync(IstioVersion.Parse(TestArchive.Version), ReleasePart.Istioctl, [], new Teller(), default);
                Console.WriteLine($"done {release.Folder}");
                return 0;
            }
            catch (Meshlift.Core.UserException e)
            {
                Console.WriteLine($"error {e.Message}");
                return 1;
            }
        }

        private async Task ReadAsync()
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line) _lines.Writer.TryWrite(line);
            _lines.Writer.TryWrite(await _process.StandardError.ReadToEndAsync());
            _lines.Writer.Complete();
        }

        private sealed class Teller : IProgress<FetchProgress>
        {
            public void Report(FetchProgress value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Stage} {value.Bytes}"));
        }
    }
}

// In no namespace, since the runtime looks for it there: https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md
#pragma warning disable CA1050, MA0047

/// <summary>Makes a process of this assembly a <see cref="Meshlift.Tests.Releases.FetchingProcess"/>.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Meshlift.Tests.Releases.FetchingProcess.Releases) is { } releases
            && Environment.GetEnvironmentVariable(Meshlift.Tests.Releases.FetchingProcess.Cache) is { } cache)
            Environment.Exit(Meshlift.Tests.Releases.FetchingProcess.RunAsync(releases, cache).GetAwaiter().GetResult());
    }
}
